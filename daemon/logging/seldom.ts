// What may happen very often and is told now and then.

/** Lets the first of many through, and then one in each interval, with the count of those that it held back. */
export class Seldom {
  private last = -Infinity;
  private held = 0;

  /** @param interval milliseconds. */
  constructor(
    private readonly interval: number,
    private readonly clock: { now(): number },
  ) {}

  /** How often it happened since it was last told; `undefined` if that was a moment ago. */
  count(): number | undefined {
    this.held++;
    const now = this.clock.now();
    if (now - this.last < this.interval) return undefined;
    this.last = now;
    const { held } = this;
    this.held = 0;
    return held;
  }
}
