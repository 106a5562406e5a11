// The process that loads a config to see whether it can be: what `samebox serve` does before it listens, and no more.
import { messageOf } from '../../../src/errors';
import { loadSecret } from '../../../src/secret-source';
import { Access } from '../../access';
import { socketGroup } from '../../access/socket-group';
import { loadConfig } from '../../config/load-config';
import type { Box } from '../../box/define-box';
import { DEFAULT_ENDPOINT } from '../../start-daemon';
import type { ConfigTrial } from '../checks/config';

async function main(config: string, cacheDir: string): Promise<ConfigTrial> {
  try {
    const { box, path } = await loadConfig(config, { cacheDir });
    const { name = DEFAULT_ENDPOINT } = box;
    return { path, name, targets: [...box.targets.keys()], faults: faultsOf(box) };
  } catch (error) {
    return { path: config, error: messageOf(error) };
  }
}

/** What would keep a daemon of this user from starting: names that the machine doesn't know, a secret that can't be read. */
function faultsOf(box: Box): string[] {
  const tries = [() => new Access(box), () => socketGroup(box), () => box.secret && loadSecret(box.secret)];
  return tries.flatMap((start) => {
    try {
      start();
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  });
}

const [, , config = '', cache = ''] = process.argv;
void main(config, cache).then((trial) => process.send?.(trial));
