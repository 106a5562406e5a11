// The seam through which instruments see time.
import { LONGEST_TIMER_MS } from '../../src/peer/deadline-timer';

/** Time, and what is to happen later. */
export interface Clock {
  /** Milliseconds from an arbitrary origin; never goes back. */
  now(): number;
  /**
   * Runs `action` once, `delay` milliseconds from now.
   * @returns what calls it off; harmless after it ran.
   */
  after(delay: number, action: () => void): () => void;
}

/** The machine's own monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delay, action) {
    const timer = setTimeout(action, Math.min(Math.max(delay, 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/**
 * Resolves after `delay` milliseconds, or rejects with the reason of `signal` as soon as it aborts.
 * Leaves neither a timer nor a listener behind.
 */
export function sleep(clock: Clock, delay: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const aborted = (): void => {
      callOff();
      reject(signal?.reason as Error);
    };
    const callOff = clock.after(delay, () => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    });
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
