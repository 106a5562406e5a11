// `$daemon`: the target that every daemon has.
import type { TargetDescription, TargetSummary } from '../src/description';
import type { CallStatus, DaemonStatus, LeaseStatus, LimitStatus, ReloadReport } from '../src/status';
import { SameboxError } from '../src/errors';
import { LOG_LEVELS, type LogLevel } from '../src/log-level';
import { callContext } from './call-context';
import type { Daemon } from './daemon';
import type { LeaseGrant } from './lease/lease-stream';
import { LEASE_TTL_MS } from './lease/leases';
import { ServedCall } from './target/served-call';

/** The name of the target that every daemon has. */
export const DAEMON = '$daemon';

/** The daemon itself, as a target: what runs, who is there, and how to end it. */
export class DaemonTarget {
  readonly #daemon: Daemon;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** All targets with their state. */
  targets(): TargetSummary[] {
    return this.#daemon.targetSummaries();
  }

  /** All that is known of one target; opens it if need be. */
  describe(target: string): Promise<TargetDescription> {
    return this.#daemon.targetNamed(target).describe();
  }

  /**
   * Opens what isn't open, at once: one target, or all. For when an instrument was plugged in: else they are tried again on a
   * call, after a pause that grows. For the daemon's user and root.
   */
  open(target?: string): Promise<TargetSummary[]> {
    const targets = target === undefined ? this.#daemon.ownTargets : [this.#daemon.targetNamed(target)];
    this.#daemon.access.requireOwner(callContext().session, 'open targets');
    return Promise.all(targets.map((one) => one.wake()));
  }

  /** Everything about the daemon at this moment. */
  status(): DaemonStatus {
    return this.#daemon.status();
  }

  /** Every limit, how much of it is in use at this moment, and by whom. */
  limits(): LimitStatus[] {
    return this.#daemon.limitUse();
  }

  /**
   * The calls of the caller's session that run, and answers that wait to be collected. With `all`, those of all sessions
   * of this user.
   */
  calls(all = false): CallStatus[] {
    return this.#daemon.reception.calls(callContext().session.id, all);
  }

  /**
   * Leases a target: when the first item comes, the caller has it for himself alone, until he leaves the stream. Calls of
   * other sessions wait meanwhile. Fails with `LEASED` when the lease is lost: broken, or not renewed within `ttl`
   * milliseconds.
   */
  async lease(target: string, ttl: number = LEASE_TTL_MS): Promise<AsyncIterable<LeaseGrant>> {
    const context = callContext();
    const { session, signal } = context;
    this.#leasable(target);
    if (!(typeof ttl === 'number' && ttl > 0))
      throw new SameboxError('INVALID_ARGUMENT', 'ttl: milliseconds above 0, or Infinity', { ran: 'no' });
    this.#daemon.access.checkTarget(target, session);
    const noWait = context instanceof ServedCall && context.noWait;
    return this.#daemon.leases.take(target, ttl, { session, signal, noWait });
  }

  /** Gives the caller's lease of a target its time anew. */
  renewLease(target: string): LeaseGrant {
    return this.#daemon.leases.renew(target, callContext().session.id);
  }

  /** Takes the lease of a target from whoever has it; gives what was broken, if anything. For the daemon's user and root. */
  breakLease(target: string): LeaseStatus | undefined {
    const { session } = callContext();
    this.#leasable(target);
    this.#daemon.access.requireOwner(session, `break the lease of ${target}`);
    return this.#daemon.leases.break(target, session);
  }

  /** All leases that are held or waited for, in the order of each target's line. */
  leases(): LeaseStatus[] {
    return this.#daemon.leases.list();
  }

  /**
   * Ends the daemon: running calls get `timeout` milliseconds (default: the box's `drainTimeout`), new ones are
   * answered `DRAINING`. Answers at once with the number of calls that still run. For the daemon's user and root.
   */
  stop(timeout?: number): { running: number } {
    if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0)) {
      throw new SameboxError('INVALID_ARGUMENT', 'stop takes a timeout in milliseconds', { ran: 'no' });
    }
    this.#daemon.access.requireOwner(callContext().session, 'stop the daemon');
    const running = this.#daemon.runningCalls() - 1;
    setImmediate(() => void this.#daemon.drain(timeout));
    return { running };
  }

  /**
   * Reads the config again: sessions stay, and targets are closed and opened anew. Answers when they are open, or have failed.
   * Fails with `INVALID_ARGUMENT` if the config can't be read: then all goes on as it was. For the daemon's user and root.
   */
  reload(): Promise<ReloadReport> {
    this.#daemon.access.requireOwner(callContext().session, 'have the config read again');
    return this.#daemon.reload();
  }

  /**
   * The log level; sets it first if one is given (by the daemon's user or root): trace, debug, info, warn, error, fatal or
   * silent.
   */
  logLevel(level?: LogLevel): string {
    if (level !== undefined) {
      if (!LOG_LEVELS.includes(level)) {
        throw new SameboxError('INVALID_ARGUMENT', `a log level is one of ${LOG_LEVELS.join(', ')}`, {
          ran: 'no',
        });
      }
      this.#daemon.access.requireOwner(callContext().session, 'set the log level');
      this.#daemon.log.level = level;
    }
    return this.#daemon.log.level;
  }

  /** Gives back what it is given: for who wants to know how fast calls and arrays go, without touching an instrument. */
  echo(value?: unknown): unknown {
    return value;
  }

  /** The last `lines` lines of the log; with `follow` also those to come. Each is a JSON object as pino writes it. */
  logs(lines = 100, follow = false): AsyncGenerator<string> {
    const { tail } = this.#daemon;
    // Taken now, not when the first line is read: nothing between is missed.
    return joined(tail.last(lines), follow ? tail.follow(callContext().signal) : []);
  }

  /** @throws SameboxError `NO_TARGET`, `INVALID_ARGUMENT` */
  #leasable(target: string): void {
    if (this.#daemon.targetNamed(target).name === DAEMON)
      throw new SameboxError('INVALID_ARGUMENT', `${DAEMON} can't be leased: it is for all`, { ran: 'no' });
  }
}

async function* joined(
  last: readonly string[],
  coming: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string> {
  yield* last;
  yield* coming;
}
