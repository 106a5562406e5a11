// The parent's side of `listener-process.ts`.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TYPESCRIPT, typescriptEnv } from '../../src/native/run-typescript';
import type { Answer } from './listener-process';

/** A process of its own that listens on command. */
export class ListenerChild {
  private constructor(readonly process: ChildProcess) {}

  static async start(env: NodeJS.ProcessEnv = {}): Promise<ListenerChild> {
    const child = fork(join(__dirname, 'listener-process.ts'), {
      execArgv: TYPESCRIPT,
      env: typescriptEnv(env),
    });
    await once(child, 'message');
    return new ListenerChild(child);
  }

  get pid(): number {
    return this.process.pid ?? -1;
  }

  async tell(command: string): Promise<Answer> {
    const answer = once(this.process, 'message');
    this.process.send(command);
    return ((await answer) as [Answer])[0];
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }
}
