// An event loop that stood still while calls were under way: nobody can tell which of them held it, so all are named.
import { systemClock, type Clock } from '../src/peer/clock';

/** How long the event loop may stand still before somebody is named in the log. */
export const BLOCKING_MS = 200;
const TICK_MS = 100;

/**
 * Looks ten times a second, and only while calls are under way, whether the event loop is late. A method that blocks it
 * before its first `await` is measured where it runs, and not reported here again.
 */
export class LoopWatch<C> {
  private timer: NodeJS.Timeout | undefined;
  private due = 0;
  private named = -Infinity;
  /** Since the last tick: the one that held the loop may be done when the tick comes. */
  private readonly underWay = new Set<C>();

  /**
   * @param running the calls that are under way.
   * @param onStill the event loop stood still for so long, with these calls under way.
   */
  constructor(
    private readonly running: () => Iterable<C>,
    private readonly onStill: (milliseconds: number, calls: readonly C[]) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  /** A call is under way. */
  begin(call: C): void {
    this.underWay.add(call);
    if (this.timer === undefined) this.arm();
  }

  /** Somebody was named for standing still until now. */
  settle(): void {
    this.named = this.clock.now();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.underWay.clear();
  }

  private arm(): void {
    this.due = this.clock.now() + TICK_MS;
    this.timer = setTimeout(() => this.tick(), TICK_MS).unref();
  }

  private tick(): void {
    const late = this.clock.now() - this.due;
    if (late > BLOCKING_MS && this.named < this.due) this.onStill(late, [...this.underWay]);
    this.underWay.clear();
    for (const call of this.running()) this.underWay.add(call);
    if (this.underWay.size > 0) this.arm();
    else this.timer = undefined;
  }
}
