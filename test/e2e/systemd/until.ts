// Waiting for what sends no event: a unit's state, a file that appears.
import { setTimeout } from 'node:timers/promises';

const LOOK_AGAIN = 25;
const LIMIT = 60_000;

/** Resolves with what `look` gave once it is neither false nor undefined. `what` is a sentence: "lab runs". */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + LIMIT;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen as NonNullable<Exclude<T, false>>;
    if (performance.now() > end) throw new Error(`not in ${String(LIMIT / 1000)} s: ${what}`);
    await setTimeout(LOOK_AGAIN);
  }
}
