// The process that reads a config: its path as the argument, one answer to the process that asked.
import { SameboxError } from '../../src/errors';
import { loadConfig } from '../config/load-config';
import { CLOSE_MS } from '../target-ends';
import { DEFAULT_ENDPOINT } from '../start-daemon';

/** What a service needs to know of a box. */
export interface BoxFacts {
  readonly name: string;
  /** Milliseconds that its running calls get, and those that closing may take beyond that. */
  readonly drainTimeout: number;
  readonly closingTime: number;
  readonly group: string | number | undefined;
  readonly secretFile: string | undefined;
  /** Every file of the project that the config is made of. */
  readonly sources: readonly string[];
}

export type BoxAnswer =
  { readonly box: BoxFacts } | { readonly error: Pick<SameboxError, 'code' | 'message' | 'details'> };

async function answer(config: string): Promise<BoxAnswer> {
  try {
    const { box, sources } = await loadConfig(config);
    const { name = DEFAULT_ENDPOINT, drainTimeout, socket, secret } = box;
    const secretFile = secret !== undefined && 'file' in secret ? secret.file : undefined;
    return {
      box: { name, drainTimeout, closingTime: 2 * CLOSE_MS, group: socket.group, secretFile, sources },
    };
  } catch (error) {
    const { code, message, details } = SameboxError.from(error, 'INVALID_ARGUMENT');
    return { error: { code, message, details } };
  }
}

// What the config may have left running is not waited for.
if (require.main === module) {
  void answer(process.argv[2] ?? '').then((found) => process.send?.(found, () => process.exit()));
}
