// Ending in order: no new calls, time for those that run, then every target and connection is closed.
import { SameboxError } from '../src/errors';
import { LONGEST_TIMER_MS } from '../src/peer/deadline-timer';
import type { Daemon } from './daemon';
import { DAEMON } from './daemon-target';
import { closeTarget, endCalls } from './target-ends';

/**
 * The end of a daemon. From `begin` on, new calls are answered `DRAINING`, and so are those that wait: they never
 * ran, and a client sends them to the next daemon. Those that run get the timeout; then their signals abort, and they
 * are answered `DRAINING` too, but with `ran: 'yes'`: nobody sends them again. At last the connections end, and with
 * them the streams, before the targets that they read from.
 */
export class Drain {
  readonly ended: Promise<void>;
  /** Resolves when the end begins. */
  readonly began: Promise<void>;
  private running: Promise<void> | undefined;
  private resolveEnded!: () => void;
  private resolveBegan!: () => void;
  /** Aborts when running calls have no more time. */
  private readonly patience = new AbortController();

  constructor(
    private readonly daemon: Daemon,
    /** Milliseconds that running calls get, if nobody says otherwise. */
    public timeout: number,
  ) {
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
    this.began = new Promise((resolve) => (this.resolveBegan = resolve));
  }

  get begun(): boolean {
    return this.running !== undefined;
  }

  /** Whether a call to `target` comes too late: all but `$daemon`'s. */
  refuses(target: string): boolean {
    return this.begun && target !== DAEMON;
  }

  reason(): SameboxError {
    return SameboxError.brief('DRAINING', 'the daemon is shutting down');
  }

  /** Begins once. Again with a timeout, it gives running calls no more than that from now on. */
  begin(timeout?: number): Promise<void> {
    if (this.running === undefined) {
      this.resolveBegan();
      this.running = this.run(timeout ?? this.timeout).finally(() => this.resolveEnded());
    } else if (timeout !== undefined) {
      setTimeout(() => this.patience.abort(), Math.min(timeout, LONGEST_TIMER_MS)).unref();
    }
    return this.running;
  }

  private async run(timeout: number): Promise<void> {
    const { log, reception, leases, ownTargets, leavingTargets } = this.daemon;
    log.info({ timeout }, `Shutting down: running calls have ${timeout} ms.`);
    reception.sayGoodbye(this.reason());
    leases.refuse(this.reason());
    for (const target of ownTargets) target.refuseWaiting(this.reason());
    const all = [...ownTargets, ...leavingTargets.keys()];
    await endCalls(all, timeout, this.reason(), log, this.patience.signal);
    await this.daemon.stopListening();
    await new Promise((resolve) => setImmediate(resolve)); // So that who follows the log gets its last lines.
    await reception.close(this.reason());
    // A target that waits for the port of the one before it is not opened any more.
    await Promise.all([...leavingTargets.values(), ...ownTargets.map((target) => closeTarget(target, log))]);
    await this.daemon.release();
    log.info('Ended.');
  }
}
