// A session's claim on a target, as the stream that its client reads: what was granted, then nothing until it ends.
import { SameboxError } from '../../src/errors';
import type { LeaseStatus } from '../../src/status';
import type { CallerSession } from '../call-context';
import type { Breaker, Claim, Loss } from './lease-table';

/** Whose lease it is. */
export interface LeaseOwner extends CallerSession {
  /** The name of the session, if it has one. */
  readonly label?: string | undefined;
}

/** The one item of a lease's stream. */
export interface LeaseGrant {
  readonly target: string;
  readonly ttl: number;
  /** When it was granted, in milliseconds since 1970. */
  readonly since: number;
}

const WHY: Readonly<Record<Loss, string>> = {
  expired: 'expired: it was not renewed in time',
  broken: "was broken by the daemon's user or root",
  gone: 'ended: the client that had it is gone',
};

function brokenBy({ name, pid, user }: Breaker): string {
  return `was broken by ${name} (${user === undefined ? '' : `user ${user}, `}pid ${pid})`;
}

/** Leaving the stream ends the lease. The stream fails with `LEASED` if the lease is lost. */
export class LeaseStream implements Claim, AsyncIterableIterator<LeaseGrant> {
  /** Resolves when the lease is held; rejects if that never comes. */
  readonly held: Promise<void>;
  private since = Date.now();
  private state: LeaseStatus['state'] = 'waiting';
  private told = false;
  private ending: SameboxError | undefined;
  private grant!: () => void;
  private end!: () => void;
  private readonly ended: Promise<void>;

  constructor(
    readonly target: string,
    private readonly session: LeaseOwner,
    readonly ttl: number,
    private readonly release: () => void,
  ) {
    const granted = new Promise<void>((resolve) => (this.grant = resolve));
    this.ended = new Promise((resolve) => (this.end = resolve));
    this.held = Promise.race([granted, this.ended.then(() => this.refused())]);
    this.held.catch(() => undefined); // Whoever gave the wait up doesn't listen any more.
  }

  get owner(): number {
    return this.session.id;
  }

  get status(): LeaseStatus {
    const { target, state, since, ttl } = this;
    const { id, label, name, pid, user } = this.session;
    return {
      target,
      state,
      session: label ?? id,
      name,
      pid,
      ...(user !== undefined && { user }),
      since,
      ttl,
    };
  }

  granted(): void {
    this.state = 'held';
    this.since = Date.now();
    this.grant();
  }

  lost(how: Loss, by?: Breaker): void {
    this.refuse(
      new SameboxError(
        'LEASED',
        `the lease of ${this.target} ${by === undefined ? WHY[how] : brokenBy(by)}`,
        {
          details: { target: this.target, lost: how, ...(by && { by: { ...by } }) },
        },
      ),
    );
  }

  /** Ends it, or the wait for it, with an error. */
  refuse(reason: SameboxError): void {
    this.ending ??= reason;
    this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<LeaseGrant>> {
    if (!this.told) {
      this.told = true;
      return { done: false, value: { target: this.target, ttl: this.ttl, since: this.since } };
    }
    await this.ended;
    if (this.ending !== undefined) throw this.ending;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<LeaseGrant>> {
    this.end();
    this.release();
    return { done: true, value: undefined };
  }

  private refused(): never {
    throw this.ending ?? new SameboxError('CANCELLED', `the wait for ${this.target} was given up`);
  }
}

/** What others are told who don't want to wait. */
export function leasedBy(lease: LeaseStatus): SameboxError {
  const { target, state, session, name, pid, user, since } = lease;
  const whose = `${name} (${user === undefined ? '' : `user ${user}, `}pid ${pid}, session ${session})`;
  const says =
    state === 'held'
      ? `${target} is leased by ${whose} since ${new Date(since).toISOString()}`
      : `${whose} is next to lease ${target}`;
  return SameboxError.brief('LEASED', says, { details: { target, holder: lease } });
}
