// Blocking where the system has no way to do it by a word of shared memory: short naps.
import { hasHungUp } from '../native/hung-up.unix';
import type { Blocking } from './blocking';

/** Milliseconds of one nap. */
const NAP_MS = 0.2;

/** Never changes: `Atomics.wait` on it is a nap. On mapped memory it throws. */
const still = new Int32Array(new SharedArrayBuffer(4));

/** Naps until the word has changed. There is nobody to wake. */
export const polling: Blocking = {
  wait: (word, value, milliseconds) => {
    const until = performance.now() + milliseconds;
    while (Atomics.load(word, 0) === value && performance.now() < until) Atomics.wait(still, 0, 0, NAP_MS);
  },
  wake: () => undefined,
  isGone: (socket) => hasHungUp(socket) === true,
  close: () => undefined,
};
