// A stream of values at a steady pace.
import { sleep, type Clock } from '../clock';

/**
 * Asks `next` for a value every `interval` milliseconds and gives it. After a value that took longer the pace begins
 * anew. Ends when the consumer leaves, and throws the reason of `signal` when it aborts. No timer runs while the consumer
 * is busy.
 */
export async function* paced<T>(
  clock: Clock,
  interval: number,
  signal: AbortSignal,
  next: () => Promise<T>,
): AsyncGenerator<T, void, undefined> {
  let due = clock.now();
  for (;;) {
    const wait = due - clock.now();
    if (wait > 0) await sleep(clock, wait, signal);
    signal.throwIfAborted();
    due = Math.max(due, clock.now()) + interval;
    yield await next();
  }
}
