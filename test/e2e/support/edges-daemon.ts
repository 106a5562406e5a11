// A daemon in a process of its own, whose surroundings fail. Forked by edges.test.ts: arguments are the socket's path, and
// `stdout` to log there. Says `{ pid }` once it listens, or `{ code, message }`. The message `close` ends it.
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Daemon from '../../../daemon';

const { callContext, defineBox, expose, startDaemon } = createRequire(__filename)(
  join(__dirname, '..', '..', '..', 'dist', 'daemon'),
) as typeof Daemon;

const emitter = new EventEmitter();
const ownNow = Date.now;

class Edges {
  echo(value: unknown): unknown {
    return value;
  }
  make(length: number): Uint8Array {
    return new Uint8Array(length).fill(7);
  }
  hang(): Promise<never> {
    const { signal } = callContext();
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
  /** Sets the clock of this process, as somebody who sets the machine's does. */
  jump(milliseconds: number): void {
    Date.now = () => ownNow() + milliseconds;
  }
  /** Adds a listener to what lives for ever, and never removes it. */
  leak(): number {
    emitter.on('reading', () => callContext());
    return emitter.listenerCount('reading');
  }
}

async function main(): Promise<void> {
  const box = defineBox({ targets: { edges: expose(new Edges(), { concurrency: Infinity }) } });
  const daemon = await startDaemon(box, {
    endpoint: process.argv[2] ?? 'lab',
    logLevel: 'debug',
    ...(process.argv.includes('stdout') && { log: process.stdout }),
  });
  process.send?.({ pid: process.pid });
  process.on('message', (command) => {
    if (command === 'close') void daemon.close(0).then(() => process.disconnect());
  });
}

main().catch((error: { code?: string; message?: string }) => {
  process.send?.({ code: error.code, message: error.message }, () => process.disconnect());
});
