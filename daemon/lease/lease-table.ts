// Who has which target for himself alone, and who waits for that: the rules, without sockets and timers.
import type { Clock } from '../../src/peer/clock';

/** How a lease, or the wait for one, ends without its owner's doing. */
export type Loss = 'expired' | 'broken' | 'gone';

/** Who breaks a lease. */
export interface Breaker {
  readonly id: number;
  readonly name: string;
  readonly pid: number;
  readonly user?: string;
}

/** One session's lease on one target, from the request to its end. */
export interface Claim {
  readonly target: string;
  /** The number of the session. */
  readonly owner: number;
  /** Milliseconds that it lasts unless it is renewed. */
  readonly ttl: number;
  /** It is held from now on. */
  granted(): void;
  /** It has ended, or never comes. @param by who broke it. */
  lost(how: Loss, by?: Breaker): void;
}

/** What the rules need to know of the targets, and tell them. */
export interface LeasedTargets {
  /** Whether a call of another session than `owner` runs there. */
  busy(target: string, owner: number): boolean;
  /** Whose turn it is has changed: calls that waited may start. */
  changed(target: string): void;
}

interface Place<C> {
  holder: C | undefined;
  /** When the holder loses it; `Infinity` while he is cut off. */
  expires: number;
  /** In their order. */
  readonly waiting: C[];
}

/**
 * Leases, by target. One is granted when nobody holds the target and no other session's call runs there. Whoever is first in
 * line keeps new calls of others from starting, so that he gets it; his own go on.
 */
export class LeaseTable<C extends Claim> {
  private readonly places = new Map<string, Place<C>>();
  /** Sessions whose clients are cut off: their leases don't expire. */
  private readonly cut = new Set<number>();

  constructor(
    private readonly clock: Clock,
    private readonly targets: LeasedTargets,
  ) {}

  /** Takes a request; false if its session has the target already, or waits for it. */
  ask(claim: C): boolean {
    const { target, owner } = claim;
    if (this.claimOf(target, owner) !== undefined) return false;
    const place = this.places.get(target) ?? { holder: undefined, expires: Infinity, waiting: [] };
    this.places.set(target, place);
    place.waiting.push(claim);
    this.proceed(target);
    return true;
  }

  /** Ends a lease, or the wait for it. One that has ended already stays so. */
  release(claim: C): void {
    if (this.take(claim)) this.proceed(claim.target);
  }

  /** Gives a holder his time anew; false if he doesn't hold it. */
  renew(target: string, owner: number): boolean {
    const place = this.places.get(target);
    if (place?.holder?.owner !== owner) return false;
    this.prolong(place, place.holder);
    return true;
  }

  /** Takes a lease from its holder; `undefined` if nobody has it. */
  break(target: string, by?: Breaker): C | undefined {
    const holder = this.holder(target);
    if (holder !== undefined) this.lose(holder, 'broken', by);
    return holder;
  }

  /** A call has ended there: a lease may have waited for that. Whether one is granted now. */
  look(target: string): boolean {
    const granted = this.grant(target);
    if (granted) this.targets.changed(target);
    return granted;
  }

  /** The client of a session has lost its socket, and may come back. */
  suspend(owner: number): void {
    this.cut.add(owner);
    this.prolongAll(owner);
  }

  /** It is back. */
  resume(owner: number): void {
    this.cut.delete(owner);
    this.prolongAll(owner);
  }

  /** It won't come back. */
  gone(owner: number): void {
    for (const claim of this.list()) if (claim.owner === owner) this.lose(claim, 'gone');
  }

  /** The session is over: nothing is remembered of it. */
  forget(owner: number): void {
    this.gone(owner);
    this.cut.delete(owner);
  }

  /** When the next lease expires. */
  get nextExpiry(): number {
    return Math.min(Infinity, ...[...this.places.values()].map(({ expires }) => expires));
  }

  /** Ends those whose time is over, and gives them. */
  expire(): C[] {
    const now = this.clock.now();
    const over = [...this.places.values()].flatMap(({ holder, expires }) =>
      holder !== undefined && expires <= now ? [holder] : [],
    );
    for (const holder of over) this.lose(holder, 'expired');
    return over;
  }

  holder(target: string): C | undefined {
    return this.places.get(target)?.holder;
  }

  /** Whose lease, held or next in line, a session's calls have to wait for. */
  before(target: string, session: number): C | undefined {
    const place = this.places.get(target);
    const first = place?.holder ?? place?.waiting[0];
    return first?.owner === session ? undefined : first;
  }

  /** All that are held or waited for, in the order of each target's line. */
  list(): C[] {
    return [...this.places.values()].flatMap(({ holder, waiting }) =>
      holder === undefined ? [...waiting] : [holder, ...waiting],
    );
  }

  private claimOf(target: string, owner: number): C | undefined {
    const { holder, waiting = [] } = this.places.get(target) ?? {};
    return [holder, ...waiting].find((claim) => claim?.owner === owner);
  }

  private lose(claim: C, how: Loss, by?: Breaker): void {
    if (!this.take(claim)) return;
    claim.lost(how, by);
    this.proceed(claim.target);
  }

  /** Takes a claim out of its place; false if it isn't there. */
  private take(claim: C): boolean {
    const place = this.places.get(claim.target);
    if (place === undefined) return false;
    if (place.holder === claim) {
      place.holder = undefined;
      place.expires = Infinity;
    } else {
      const at = place.waiting.indexOf(claim);
      if (at < 0) return false;
      place.waiting.splice(at, 1);
    }
    if (place.holder === undefined && place.waiting.length === 0) this.places.delete(claim.target);
    return true;
  }

  private proceed(target: string): void {
    this.grant(target);
    this.targets.changed(target);
  }

  /** Whether the next in line has got it. */
  private grant(target: string): boolean {
    const place = this.places.get(target);
    const next = place?.waiting[0];
    if (place === undefined || next === undefined || place.holder !== undefined) return false;
    if (this.targets.busy(target, next.owner)) return false;
    place.waiting.shift();
    place.holder = next;
    this.prolong(place, next);
    next.granted();
    return true;
  }

  private prolongAll(owner: number): void {
    for (const place of this.places.values())
      if (place.holder?.owner === owner) this.prolong(place, place.holder);
  }

  private prolong(place: Place<C>, { owner, ttl }: C): void {
    place.expires = this.cut.has(owner) ? Infinity : this.clock.now() + ttl;
  }
}
