// Random numbers that a seed repeats.

/** Evenly spread and Gaussian random numbers from a seed. */
export class Noise {
  #state: number;
  #spare: number | undefined;

  /** @param seed any whole number. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Evenly spread from 0 up to, not including, 1 (mulberry32). */
  even(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Gaussian with mean 0 and standard deviation 1 (Box and Muller). */
  gauss(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.even()));
    const angle = 2 * Math.PI * this.even();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.even() * end);
  }
}

/** A value that wanders about 0 and is drawn back: an Ornstein-Uhlenbeck process, as temperature and pointing drift. */
export class Drift {
  #value = 0;

  /**
   * @param sigma standard deviation in the long run.
   * @param tau correlation time in milliseconds.
   */
  constructor(
    private readonly noise: Noise,
    private readonly sigma: number,
    private readonly tau: number,
  ) {}

  /** The value after `elapsed` more milliseconds. */
  step(elapsed: number): number {
    const kept = Math.exp(-Math.max(0, elapsed) / this.tau);
    this.#value = this.#value * kept + this.sigma * Math.sqrt(1 - kept * kept) * this.noise.gauss();
    return this.#value;
  }
}
