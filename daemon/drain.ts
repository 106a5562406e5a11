// Ending in order: no new calls, time for those that run, then every target and connection is closed.
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, SameboxError } from '../src/errors';
import { LONGEST_TIMER_MS } from '../src/peer/deadline-timer';
import type { Daemon } from './daemon';
import { DAEMON } from './daemon-target';

/** How long a target may take to close, and a method to heed its aborted signal. */
export const CLOSE_MS = 2000;

/**
 * The end of a daemon. From `begin` on, new calls are answered `DRAINING`, and so are those that wait: they never
 * ran, and a client sends them to the next daemon. Those that run get the timeout; then their signals abort, and they
 * are answered `DRAINING` too, but with `ran: 'yes'`: nobody sends them again. At last the connections end, and with
 * them the streams, before the targets that they read from.
 */
export class Drain {
  readonly ended: Promise<void>;
  private running: Promise<void> | undefined;
  private resolveEnded!: () => void;
  /** Aborts when running calls have no more time. */
  private readonly patience = new AbortController();

  constructor(
    private readonly daemon: Daemon,
    private readonly timeout: number,
  ) {
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
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
      this.running = this.run(timeout ?? this.timeout).finally(() => this.resolveEnded());
    } else if (timeout !== undefined) {
      setTimeout(() => this.patience.abort(), Math.min(timeout, LONGEST_TIMER_MS)).unref();
    }
    return this.running;
  }

  private async run(timeout: number): Promise<void> {
    const { log, reception, leases, ownTargets } = this.daemon;
    log.info({ timeout }, `Shutting down: running calls have ${timeout} ms.`);
    reception.sayGoodbye(this.reason());
    leases.refuse(this.reason());
    for (const target of ownTargets) target.refuseWaiting(this.reason());
    const late = await this.settled(timeout, this.patience.signal);
    if (late > 0) {
      log.warn(`${late} calls still run: they are aborted.`);
      for (const { running } of ownTargets)
        for (const { call } of running) call.abort(this.reason().with({ ran: 'yes' }));
      await this.settled(CLOSE_MS);
    }
    await this.daemon.stopListening();
    await new Promise((resolve) => setImmediate(resolve)); // So that who follows the log gets its last lines.
    await reception.close(this.reason());
    await Promise.all(ownTargets.map((target) => this.closeTarget(target.name, target.close())));
    await this.daemon.release();
    log.info('Ended.');
  }

  /** Waits until no call runs, or so long, or until `hurry` aborts. Gives the number of those that do. */
  private async settled(milliseconds: number, hurry?: AbortSignal): Promise<number> {
    const { ownTargets } = this.daemon;
    const ac = new AbortController();
    const signal = hurry === undefined ? ac.signal : AbortSignal.any([ac.signal, hurry]);
    const timer = delay(Math.min(milliseconds, LONGEST_TIMER_MS), undefined, { signal }).catch(
      () => undefined,
    );
    await Promise.race([timer, Promise.all(ownTargets.map((target) => target.idle()))]);
    ac.abort();
    return ownTargets.reduce((sum, { running }) => sum + running.size, 0);
  }

  private async closeTarget(name: string, closing: Promise<void>): Promise<void> {
    const { log } = this.daemon;
    const ac = new AbortController();
    const tooLong = delay(CLOSE_MS, 'late', { signal: ac.signal }).catch(() => 'done');
    try {
      if ((await Promise.race([closing, tooLong])) === 'late')
        log.warn(`${name} takes too long to close: left as it is.`);
    } catch (error) {
      log.error({ target: name, err: error }, `${name} failed to close: ${messageOf(error)}`);
    } finally {
      ac.abort();
    }
  }
}
