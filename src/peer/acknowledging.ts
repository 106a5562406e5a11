// When the other side is told which calls are settled: with every call, and without one when it would wait too long.
import type { SettledRange } from './in-flight';

/** Settled calls that aren't covered by the cumulative acknowledgement, at which they are told as ranges. */
const UNTOLD = 256;
/** How long an answer stays unacknowledged when no call follows. */
const IDLE_MS = 1000;

/** What is settled, as the in-flight table knows it. */
export interface Settled {
  readonly acknowledged: number;
  settledRanges(): SettledRange[];
}

/** Tells the other side what it may forget. Its timer alone keeps no process alive. */
export class Acknowledging {
  private timer: NodeJS.Timeout | undefined;
  private untold = 0;
  private told = 0;

  constructor(private readonly tell: (from: number, to: number) => void) {}

  /** A call was settled. */
  settled(table: Settled): void {
    this.timer ??= setTimeout(() => this.all(table), IDLE_MS).unref();
    if (++this.untold < UNTOLD) return;
    this.untold = 0;
    const { acknowledged } = table;
    // With steady calls, each has told the one before.
    if (acknowledged < this.told + UNTOLD / 2) this.ranges(table);
    this.told = acknowledged;
  }

  /** Tells at once what would be told in a second: nothing follows. */
  finish(table: Settled): void {
    if (this.timer !== undefined) this.all(table);
    this.stop();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.told = 0;
  }

  private all(table: Settled): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.told = table.acknowledged;
    if (this.told > 0) this.tell(1, this.told);
    this.ranges(table);
  }

  private ranges(table: Settled): void {
    for (const [from, to] of table.settledRanges()) this.tell(from, to);
  }
}
