// How long to wait before the next try: full jitter over a bound that doubles.

/** Bounds of the waiting, in milliseconds. */
export interface BackoffBounds {
  /** Upper bound of the first wait. Default 100. */
  readonly min?: number;
  /** Upper bound of every wait. Default 5000. */
  readonly max?: number;
}

/**
 * Waits whose bound doubles from `min` to `max`, each drawn evenly from nothing to its bound, so that many who wait for
 * one thing don't come back at the same instant.
 *
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export class Backoff {
  readonly #min: number;
  readonly #max: number;
  readonly #random: () => number;
  #attempts = 0;

  /** @param random numbers from 0 up to, not including, 1. */
  constructor(bounds: BackoffBounds = {}, random: () => number = Math.random) {
    this.#min = bounds.min ?? 100;
    this.#max = bounds.max ?? 5000;
    this.#random = random;
  }

  /** Attempts since the last success. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The next wait in milliseconds. */
  next(): number {
    const bound = Math.min(this.#max, this.#min * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    return this.#random() * bound;
  }

  /** It went well: the next wait is short again. */
  reset(): void {
    this.#attempts = 0;
  }
}
