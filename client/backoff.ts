// How long to wait before the next try: full jitter, as AWS's architecture blog describes it.

const FIRST_MS = 20;
const LONGEST_MS = 2000;

/** A random pause up to a bound that doubles: many clients of one daemon don't come back at the same instant. */
export class Backoff {
  private tries = 0;

  /** @param random from 0 up to 1; the default is `Math.random`. */
  constructor(private readonly random: () => number = Math.random) {}

  /** Milliseconds until the next try. */
  next(): number {
    return this.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** this.tries++);
  }

  /** After a success. */
  reset(): void {
    this.tries = 0;
  }
}
