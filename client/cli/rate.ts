// How often something came of late.

const WINDOW_MS = 2000;

/** Counts what comes within the last two seconds. */
export class RecentRate {
  private readonly times: number[] = [];

  /** Something came, at `now` in milliseconds. */
  add(now: number): void {
    this.times.push(now);
    this.forget(now);
  }

  /** Per second; falls when nothing comes any more. 0 before the second one came. */
  perSecond(now: number): number {
    this.forget(now);
    const [first, last] = [this.times[0], this.times.at(-1)];
    if (first === undefined || last === undefined || this.times.length < 2) return 0;
    const span = Math.max(last - first, now - first - WINDOW_MS);
    return span > 0 ? ((this.times.length - 1) * 1000) / span : 0;
  }

  /** `19.8 fps`, where it is known yet. */
  text(now: number, unit: string): string[] {
    return this.times.length < 2 ? [] : [`${this.perSecond(now).toFixed(1)}${unit}`];
  }

  /** The last two stay, however old: of what is slow the rate is told too. */
  private forget(now: number): void {
    let old = 0;
    while (old < this.times.length - 2 && (this.times[old] as number) < now - WINDOW_MS) old++;
    this.times.splice(0, old);
  }
}
