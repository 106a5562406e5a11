// The edge of a deadline heap: one timer for all of its entries.
import type { Clock } from './clock';
import { DeadlineHeap, type Expiring } from './deadline-heap';

/** Node's timers hold 2^31 - 1 milliseconds. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `onExpired` for every entry whose deadline has come. The timer alone keeps no process alive. */
export class DeadlineTimer<T extends Expiring> {
  private readonly heap = new DeadlineHeap<T>();
  private timer: NodeJS.Timeout | undefined;
  private turn: NodeJS.Immediate | undefined;
  private armedFor = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly onExpired: (entry: T) => void,
  ) {}

  insert(entry: T): void {
    this.heap.insert(entry);
    if (entry.deadline < this.armedFor) this.arm(entry.deadline);
  }

  /** The timer stays as it is: it finds nothing, and is set anew. */
  remove(entry: T): void {
    this.heap.remove(entry);
  }

  /** The earliest deadline; `Infinity` without any. */
  get earliest(): number {
    return this.heap.earliest;
  }

  /** For who keeps the timer from firing: what has come by `now` is told at once. */
  expire(now: number): void {
    if (this.heap.earliest <= now) this.fire();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.turn);
    this.armedFor = Infinity;
  }

  private arm(deadline: number): void {
    clearTimeout(this.timer);
    this.armedFor = deadline;
    if (deadline === Infinity) return;
    const delay = Math.min(Math.max(Math.ceil(deadline - this.clock.now()), 1), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => this.afterReading(), delay).unref();
  }

  /** When a process stood still, its timers come before what waits in its sockets: an answer that came in time is no late one. */
  private afterReading(): void {
    this.turn = setImmediate(() => this.fire());
  }

  private fire(): void {
    const now = this.clock.now();
    try {
      for (let entry = this.heap.popExpired(now); entry !== undefined; entry = this.heap.popExpired(now)) {
        this.onExpired(entry);
      }
    } finally {
      this.arm(this.heap.earliest);
    }
  }
}
