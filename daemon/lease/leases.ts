// The leases of a daemon: the table with its timer, and what sessions and the log are told.
import { SameboxError } from '../../src/errors';
import { systemClock, type Clock } from '../../src/peer/clock';
import { LONGEST_TIMER_MS } from '../../src/peer/deadline-timer';
import type { LeaseStatus } from '../../src/status';
import type { Log } from '../logging/logger';
import { leasedBy, LeaseStream, type LeaseGrant, type LeaseOwner } from './lease-stream';
import { LeaseTable, type LeasedTargets } from './lease-table';

/** What a lease lasts without renewal, if nobody says otherwise. */
export const LEASE_TTL_MS = 30_000;

/** A call that asks for a lease. */
export interface LeaseCall {
  readonly session: LeaseOwner;
  /** Ends the wait, and the lease. */
  readonly signal: AbortSignal;
  /** Rather fail than wait for another's lease. */
  readonly noWait: boolean;
}

/** What a target asks before it starts calls. */
export interface LeaseRule {
  /** Whose lease, held or next in line, a session's calls have to wait for. */
  before(target: string, session: number): Pick<LeaseStream, 'status'> | undefined;
  /** Who has it. */
  holder(target: string): LeaseStatus | undefined;
  /** A call has ended there. */
  look(target: string): void;
}

export class Leases implements LeaseRule {
  private readonly table: LeaseTable<LeaseStream>;
  private timer: NodeJS.Timeout | undefined;
  private refusal: SameboxError | undefined;

  constructor(
    targets: LeasedTargets,
    private readonly log: Log,
    private readonly clock: Clock = systemClock,
  ) {
    this.table = new LeaseTable<LeaseStream>(clock, targets);
  }

  /**
   * Waits until the target is free for the caller alone. The lease ends with its stream or the call's signal.
   * @throws SameboxError `LEASED`, `INVALID_ARGUMENT` for a second one, `DRAINING`.
   */
  async take(target: string, ttl: number, { session, signal, noWait }: LeaseCall): Promise<LeaseStream> {
    if (this.refusal !== undefined) throw this.refusal;
    const before = noWait ? this.before(target, session.id) : undefined;
    if (before !== undefined) throw leasedBy(before.status);
    const { id, label, name, pid, user } = session; // As it is now: a named session may change hands.
    const owner: LeaseOwner = { id, label, name, pid, ...(user !== undefined && { user }) };
    const lease: LeaseStream = new LeaseStream(target, owner, ttl, () => this.release(lease));
    if (!this.table.ask(lease)) throw second(target);
    this.arm();
    const leave = (): void => {
      lease.refuse(inVain(signal.reason as SameboxError, this.before(target, id)));
      void lease.return();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    await lease.held;
    this.log.debug(lease.status, `${name} (pid ${pid}) has leased ${target}`);
    return lease;
  }

  /** Gives the caller's lease its time anew. @throws SameboxError `INVALID_ARGUMENT` if there is none. */
  renew(target: string, session: number): LeaseGrant {
    const lease = this.table.holder(target);
    if (lease === undefined || !this.table.renew(target, session))
      throw new SameboxError('INVALID_ARGUMENT', `this session has no lease of ${target}`, { ran: 'no' });
    this.arm();
    const { ttl, since } = lease.status;
    return { target, ttl, since };
  }

  /** Takes it from whoever has it; gives what was broken. */
  break(target: string, by: LeaseOwner): LeaseStatus | undefined {
    const { id, name, pid, user } = by;
    const breaker = { id, name, pid, ...(user !== undefined && { user }) };
    const status = this.table.break(target, breaker)?.status;
    this.arm();
    if (status !== undefined)
      this.log.warn(
        status,
        `${by.name} (pid ${by.pid}) has broken the lease of ${target} that ${status.name} (pid ${status.pid}) had`,
      );
    return status;
  }

  before(target: string, session: number): LeaseStream | undefined {
    return this.table.before(target, session);
  }

  holder(target: string): LeaseStatus | undefined {
    return this.table.holder(target)?.status;
  }

  /** All that are held or waited for, in the order of each target's line. */
  list(): LeaseStatus[] {
    return this.table.list().map(({ status }) => status);
  }

  look(target: string): void {
    if (this.table.look(target)) this.arm();
  }

  /** The client of a session has lost its socket: its leases don't expire until it is back or gone. */
  suspend(session: number): void {
    this.table.suspend(session);
    this.arm();
  }

  resume(session: number): void {
    this.table.resume(session);
    this.arm();
  }

  /** The client of a session is gone. */
  gone(session: number): void {
    this.table.gone(session);
    this.arm();
  }

  /** A session is over. */
  forget(session: number): void {
    this.table.forget(session);
    this.arm();
  }

  /** No more are granted, for this reason; those that are held last as long as their sessions. */
  refuse(reason: SameboxError): void {
    this.refusal = reason;
    for (const lease of this.table.list()) {
      if (lease.status.state === 'held') continue;
      lease.refuse(reason);
      this.table.release(lease);
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private release(lease: LeaseStream): void {
    this.table.release(lease);
    this.arm();
  }

  private arm(): void {
    clearTimeout(this.timer);
    const at = this.table.nextExpiry;
    if (at === Infinity) return;
    const delay = Math.min(Math.max(Math.ceil(at - this.clock.now()), 1), LONGEST_TIMER_MS);
    // Where the event loop stood still, renewals lie in the sockets: they are read before anything expires.
    this.timer = setTimeout(() => setImmediate(() => this.expire()), delay).unref();
  }

  private expire(): void {
    for (const { status } of this.table.expire())
      this.log.warn(
        status,
        `The lease of ${status.target} that ${status.name} (pid ${status.pid}) had has expired: it was not renewed.`,
      );
    this.arm();
  }
}

/** What a wait came to that was given up: nothing happened, and this is whom it waited for. */
function inVain(reason: SameboxError, lease: LeaseStream | undefined): SameboxError {
  const said = lease === undefined ? '' : `: ${leasedBy(lease.status).message}`;
  return new SameboxError(reason.code, reason.message + said, {
    ran: 'no',
    cause: reason.cause,
    details: { ...reason.details, ...(lease && { target: lease.target, holder: lease.status }) },
  });
}

function second(target: string): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', `this session has a lease of ${target}, or waits for it`, {
    ran: 'no',
  });
}
