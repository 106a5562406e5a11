// A target that takes payloads and gives them back, copied or made in place.
import { callContext } from '../../../dist/daemon/index.js';
import { bytesOf, MEBIBYTE, seedOf, stamp, warm } from '../harness/pattern.mjs';

export class Exchange {
  #kept = new Map();

  /** Takes a payload; gives the seed that it was stamped with. */
  take(payload) {
    return seedOf(bytesOf(payload));
  }

  /** Gives a payload that lies in ordinary memory, warm, and always the same. */
  give(mebibytes, seed) {
    if (!this.#kept.has(mebibytes)) this.#kept.set(mebibytes, warm(mebibytes * MEBIBYTE));
    const bytes = this.#kept.get(mebibytes);
    stamp(bytes, seed);
    return bytes;
  }

  /** Gives a payload that is made where it will be read. */
  giveInPlace(mebibytes, seed) {
    const array = callContext().alloc([mebibytes * MEBIBYTE], 'uint8');
    stamp(array.data, seed);
    return array;
  }
}
