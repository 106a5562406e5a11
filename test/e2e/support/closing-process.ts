// Starts a daemon and a client from the built package, uses everything that could keep a process alive, closes both, and
// does not call process.exit: whether it ends is the question.
import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as ClientPackage from '../../../client';
import type * as DaemonPackage from '../../../daemon';

const load = createRequire(__filename);
const dist = join(__dirname, '..', '..', '..', 'dist');
const { connect } = load(join(dist, 'client')) as typeof ClientPackage;
const { defineBox, startDaemon } = load(join(dist, 'daemon')) as typeof DaemonPackage;

class Everything {
  async *ticks(): AsyncGenerator<number> {
    for (let tick = 0; ; tick++) yield tick;
  }
  hang(): Promise<never> {
    return new Promise(() => undefined);
  }
}

async function main(): Promise<void> {
  const failing = (): never => {
    throw new Error('no port');
  };
  const targets = { it: new Everything(), busy: new Everything(), failing };
  const daemon = await startDaemon(defineBox({ name: 'lab', targets }), { log: process.stdout });
  const client = await connect('lab');
  const changes = client.changes();
  void changes.next();
  const silent = connectSocket({ path: daemon.path, allowHalfOpen: true });
  silent.on('error', () => undefined);
  await once(silent, 'connect');
  silent.pause(); // Neither speaks nor listens, nor hangs up.
  void client
    .call('busy', 'hang', [], { timeout: Infinity, signal: new AbortController().signal })
    .catch(() => undefined);
  await client.call('failing', 'x').catch(() => undefined);
  const stream = (await client.call('it', 'ticks')) as ClientPackage.IncomingStream;
  await stream.next();
  const log = (await client.call('$daemon', 'logs', [1, true])) as ClientPackage.IncomingStream;
  await log.next();
  const lost = await connect('lab');
  if (process.argv[2] === 'client first') await Promise.all([client.close(), lost.close()]);
  await daemon.close(1);
  await Promise.all([client.close(), lost.close()]);
  silent.destroy();
  process.disconnect?.();
}

void main();
