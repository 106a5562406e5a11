// Makes the garbage collector run, and waits for what follows from it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects, with turns of the event loop between, until `condition` holds. */
export async function collected(condition: () => boolean, rounds = 200): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    if (condition()) return;
  }
  throw new Error(`nothing was collected for: ${condition.toString()}`);
}
