// The parent's side of `user-process.ts`: a process of another user, from the built package, and what it is told to do.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ErrorCode } from '../../../src/errors';
import { TYPESCRIPT, typescriptEnv } from '../../src/native/run-typescript';

/** Only root can become somebody else. */
export const IS_ROOT = process.geteuid?.() === 0;
/** `test`, where it can be tried. */
export const asRoot = IS_ROOT ? test : test.skip;
if (!IS_ROOT) console.warn('Tests with other users are skipped: only root can become somebody else.');

/** Whom a process becomes. */
export interface Become {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
}

/** What it is told: an order of `user-process.ts`, or a method of its client. */
export interface Order {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** How it went. */
export type Reply = { value: unknown } | { error: Failure };

/** What an order failed with. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly ran: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** How the process is started. */
export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** In a mount namespace of its own with an empty /run, or in that of another process. */
  readonly run?: 'empty' | UserChild;
}

export class UserChild {
  private constructor(private readonly process: ChildProcess) {}

  static async start(become: Partial<Become> = {}, { env, run }: StartOptions = {}): Promise<UserChild> {
    const node = [process.execPath, ...TYPESCRIPT, join(__dirname, 'user-process.ts')];
    const [command = '', ...args] = [...prefix(run), ...node];
    const child = spawn(command, args, {
      env: typescriptEnv(env),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    const user = new UserChild(child);
    const { uid = 0, gid = uid, groups = [] } = become;
    await user.tell('become', { uid, gid, groups });
    return user;
  }

  get pid(): number {
    return this.process.pid ?? -1;
  }

  /** What the order gave. Rejects with a `Failure`. */
  async tell(name: string, ...args: unknown[]): Promise<unknown> {
    const answer = once(this.process, 'message');
    this.process.send({ name, args } satisfies Order);
    const [reply] = (await answer) as [Reply];
    if ('error' in reply) throw reply.error;
    return reply.value;
  }

  /** What the order failed with. */
  async fails(name: string, ...args: unknown[]): Promise<Failure> {
    try {
      await this.tell(name, ...args);
    } catch (error) {
      return error as Failure;
    }
    throw new Error(`${name} did not fail`);
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    await this.tell('end').catch(() => undefined);
    if (this.process.connected) this.process.disconnect();
    await gone;
  }
}

/** Programs that go before node; both replace themselves by it, so that its pid is theirs. */
function prefix(run: StartOptions['run']): string[] {
  if (run === undefined) return [];
  if (run === 'empty') {
    return ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /run && exec "$0" "$@"'];
  }
  return ['nsenter', `--target=${String(run.pid)}`, '--mount', '--wd=.'];
}
