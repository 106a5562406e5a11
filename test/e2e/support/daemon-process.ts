// A daemon in a process of its own, from the built package. Forked by the tests of this folder: arguments are the
// endpoint, and `stdout` to log there. Says `{ pid }` once it listens, or `{ code, message }`. The message `close` ends it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Daemon from '../../../daemon';

const { callContext, defineBox, startDaemon } = createRequire(__filename)(
  join(__dirname, '..', '..', '..', 'dist', 'daemon'),
) as typeof Daemon;

const unreadable = new Proxy(
  {},
  {
    get: () => {
      throw new Error('keep out');
    },
  },
);

class Bad {
  pid(): number {
    return process.pid;
  }
  exit(code: number): void {
    process.exit(code);
  }
  async exitLater(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    process.exit(1);
  }
  abort(): void {
    process.abort();
  }
  /** Exits while its result is read. */
  exitInGetter(): object {
    return Object.defineProperty({}, 'volts', { enumerable: true, get: () => process.exit(1) });
  }
  async *exitInFinally(): AsyncGenerator<number> {
    try {
      for (let item = 0; ; item++) yield item;
    } finally {
      process.exit(1);
    }
  }
  strayRejection(): void {
    void Promise.reject(new Error('nobody awaits this'));
  }
  strayError(): void {
    setImmediate(() => {
      throw new RangeError('nobody catches this');
    });
  }
  strayOddities(): void {
    for (const thrown of [unreadable, undefined, null, 'a text', Symbol('x'), 5n])
      void Promise.reject(thrown);
    setImmediate(() => {
      throw unreadable as Error;
    });
  }
  blockLater(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        const until = performance.now() + milliseconds;
        while (performance.now() < until);
        resolve();
      });
    });
  }
  count = 0;
  /** Never settles; heeds nothing. */
  hang(): Promise<never> {
    this.count++;
    return new Promise(() => undefined);
  }
  progress(): string {
    callContext().progress(0.5);
    return 'done';
  }
}

async function main(): Promise<void> {
  const box = defineBox({ targets: { bad: new Bad(), other: { echo: (value: unknown) => value } } });
  const toStdout = process.argv.includes('stdout');
  const daemon = await startDaemon(box, {
    endpoint: process.argv[2] ?? 'lab',
    ...(toStdout && { log: process.stdout, logLevel: 'debug' as const }),
  });
  process.send?.({ pid: process.pid });
  process.on('message', (command) => {
    if (command === 'close') void daemon.close(0).then(() => process.disconnect());
  });
}

main().catch((error: { code?: string; message?: string }) => {
  process.send?.({ code: error.code, message: error.message }, () => process.disconnect());
});
