// The test's side of the processes of `handoff-child.ts`.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TYPESCRIPT, typescriptEnv } from '../../src/native/run-typescript';
import { kill } from './children';

/** How a process is started. */
export interface Start {
  readonly env?: NodeJS.ProcessEnv;
  /** What a shell does before, e.g. `ulimit -f 100`. */
  readonly shell?: string;
  /** What node is run with, e.g. `setpriv`. */
  readonly prefix?: string;
}

/** One that does what it is told. */
export class HandoffChild {
  private constructor(readonly child: ChildProcess) {}

  /** @param path of the socket where it listens, or connects. */
  static start(path: string, { env = {}, shell, prefix }: Start = {}): HandoffChild {
    const script = `${shell ?? ':'}; exec ${prefix ?? ''} "$0" "$@"`;
    const plain = shell === undefined && prefix === undefined;
    const options = {
      env: typescriptEnv(env),
      ...(plain
        ? { execArgv: TYPESCRIPT }
        : { execPath: '/bin/bash', execArgv: ['-c', script, process.execPath, ...TYPESCRIPT] }),
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'] as ('pipe' | 'inherit' | 'ipc')[],
    };
    return new HandoffChild(fork(join(__dirname, 'handoff-child.ts'), [path], options));
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** @throws Error if it couldn't, or has ended. */
  async tell<T = unknown>(order: string, argument?: unknown): Promise<T> {
    const waiting = new AbortController();
    const { signal } = waiting;
    this.child.send([order, argument]);
    const answered = once(this.child, 'message', { signal });
    const ended = once(this.child, 'exit', { signal }).then(([code, by]) => {
      throw new Error(`the process ended: ${String(code ?? by)}`);
    });
    for (const promise of [answered, ended]) promise.catch(() => undefined);
    try {
      const [{ value, error }] = (await Promise.race([answered, ended])) as [{ value: T; error?: string }];
      if (error !== undefined) throw new Error(error);
      return value;
    } finally {
      waiting.abort();
    }
  }

  async kill(): Promise<void> {
    await kill(this.child);
  }
}
