// How often somebody may be wrong: so many times at once, then once in a while.
import type { Clock } from '../../src/peer/clock';

/** How often. */
export interface TryRates {
  /** Failures at once. */
  readonly burst: number;
  /** Milliseconds after which one more is allowed. */
  readonly every: number;
}

/** Five wrong secrets at once, then one in ten seconds: 8,640 a day. */
export const SECRET_TRIES: TryRates = { burst: 5, every: 10_000 };

/** Failures by who failed. Others' failures never count, and who has failed long ago is forgotten. */
export class TryLimit<Who> {
  /** When all failures of one are forgiven; one that lies in the past is as good as none. */
  private readonly forgiven = new Map<Who, number>();

  constructor(
    private readonly clock: Clock,
    private readonly rates: TryRates = SECRET_TRIES,
  ) {}

  /** How many have failed lately. */
  get size(): number {
    return this.forgiven.size;
  }

  /** Milliseconds until `who` may try (again); 0 for now. */
  pause(who: Who): number {
    const { burst, every } = this.rates;
    return Math.max(0, (this.forgiven.get(who) ?? 0) - this.clock.now() - (burst - 1) * every);
  }

  /** `who` has failed. */
  failed(who: Who): void {
    const now = this.clock.now();
    for (const [other, until] of this.forgiven) if (until <= now) this.forgiven.delete(other);
    this.forgiven.set(who, Math.max(now, this.forgiven.get(who) ?? 0) + this.rates.every);
  }
}
