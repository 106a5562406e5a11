// The parent's side of the processes that these tests start. Every one is gone when its test is over.
import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TYPESCRIPT, typescriptEnv } from '../../src/native/run-typescript';

/** What a daemon's process says first. */
export interface Started {
  readonly pid?: number;
  readonly code?: string;
  readonly message?: string;
}

export class Children {
  private readonly all: ChildProcess[] = [];

  /** A process that runs a TypeScript file of this folder. */
  fork(file: string, args: readonly string[] = [], options: ForkOptions = {}): ChildProcess {
    const child = fork(join(__dirname, file), [...args], {
      execArgv: TYPESCRIPT,
      env: typescriptEnv(),
      ...options,
    });
    this.all.push(child);
    return child;
  }

  /** A daemon's process, and what it says first. */
  async daemon(
    endpoint: string,
    args: readonly string[] = [],
    options: ForkOptions = {},
  ): Promise<{ child: ChildProcess; started: Started }> {
    const child = this.fork('daemon-process.ts', [endpoint, ...args], options);
    const [started] = (await once(child, 'message')) as [Started];
    return { child, started };
  }

  async end(): Promise<void> {
    await Promise.all(this.all.map((child) => kill(child)));
  }
}

/** Kills a process, and waits for its end. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
