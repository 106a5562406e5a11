// A clock that stands still until it is told to go on.
import type { Clock } from '../../../daemon/instruments/clock';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** Lets everything that waits for no timer happen: ticks, promises, streams. */
export const quiet = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

export class FakeClock implements Clock {
  #now = 1000;
  #order = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  after(delay: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delay), order: (this.#order += 1), action };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  /** Goes to the next timer and runs it. */
  step(): boolean {
    const next = this.#timers.reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined,
    );
    if (next === undefined) return false;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#now = Math.max(this.#now, next.at);
    next.action();
    return true;
  }

  /** Lets time go on until `promise` settles, as fast as the machine can. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    promise.then(
      () => (settled = true),
      () => (settled = true),
    );
    await quiet();
    while (!settled) {
      if (!this.step()) throw new Error('nothing is due, and the promise still waits');
      await quiet();
    }
    return promise;
  }

  /** Lets `time` milliseconds go by. */
  async advance(time: number): Promise<void> {
    let over = false;
    this.after(time, () => (over = true));
    await quiet();
    while (!over && this.step()) await quiet();
  }
}
