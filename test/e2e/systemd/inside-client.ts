// The test's side of `inside/client.mjs`: a client in a booted system that stays connected.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { DaemonStatus } from '../../../src/status';
import type { BootedSystem, RunOptions } from './booted-system';
import { until } from './until';

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: object;
}

/** A client, of whichever user. */
export class InsideClient {
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private last = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (reply: Reply) => this.waiting.get(reply.id)?.(reply));
  }

  static async connect(
    system: BootedSystem,
    endpoint = 'lab',
    options: RunOptions = {},
  ): Promise<InsideClient> {
    const child = system.spawn(
      ['/opt/node/bin/node', '/opt/samebox/test/e2e/systemd/inside/client.mjs', endpoint],
      { ...options, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    const client = new InsideClient(child);
    const gone = once(child, 'exit').then(() => {
      throw new Error('the client did not connect');
    });
    gone.catch(() => undefined);
    await Promise.race([client.reply(0), gone]);
    return client;
  }

  /** Calls a method of its client: `tell('call', 'stage', 'moveTo', [3])`. Rejects with `{ code, message, ran }`. */
  async tell(name: string, ...args: unknown[]): Promise<unknown> {
    const id = ++this.last;
    const answer = this.reply(id);
    this.child.send({ id, name, args });
    const { error, value } = await answer;
    if (error !== undefined) throw error;
    return value;
  }

  /** Calls a method of a target. */
  call(target: string, method: string, ...args: unknown[]): Promise<unknown> {
    return this.tell('call', target, method, args, { timeout: 20_000 });
  }

  /** Resolves when calls of a target run. */
  async runs(target: string): Promise<void> {
    await until(`a call of ${target} runs`, async () => {
      const { targets } = (await this.tell('status')) as DaemonStatus;
      return targets.some(({ name, running }) => name === target && running.length > 0);
    });
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.disconnect();
    await gone;
  }

  private reply(id: number): Promise<Reply> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }
}
