// The arrays that one lane receives: every byte checked, then given back, kept for a while, or left to the garbage collector.
import { digestOf, expectedDigest } from './content.mjs';
import { bytesOf } from './shapes.mjs';

/** Smaller arrays may come in the memory of their frame, which nobody lends. */
const LENT_BYTES = 64 * 1024;

export class Inbox {
  #release;
  #keep;
  #tally;
  #store;
  #random;

  constructor({ samebox, tally, store, random }) {
    this.#release = samebox.release;
    this.#keep = samebox.keep;
    this.#tally = tally;
    this.#store = store;
    this.#random = random;
  }

  /** The daemon has received `length` bytes and says which. */
  compare(where, found, digest, length) {
    this.#tally.checked(length);
    if (found !== digest)
      this.#tally.mismatch(`client, ${where}: the daemon saw ${found} in ${length} bytes, not ${digest}`);
  }

  /** A result, which belongs to who has it. */
  receive(where, array, digest) {
    this.#check(where, array, digest);
    const fate = this.#random.weighted({ release: 60, keep: 25, drop: 15 });
    if (fate === 'release') this.#release(array);
    else if (fate === 'keep') this.#store.put(array, digest);
  }

  /** A result whose content belongs to `seed`. */
  receiveMade(where, array, seed) {
    this.receive(where, array, expectedDigest(seed, bytesOf(array).length));
  }

  /** Reads items, which are on loan, and leaves after `most`. @returns how many came. */
  async read(stream, most) {
    let last;
    let read = 0;
    for await (const { seed, array } of stream) {
      this.#checkLoan(last);
      last = this.#item(array, expectedDigest(seed, bytesOf(array).length));
      if (++read === most) break;
      if (this.#random.chance(0.2)) await sleep(this.#random.integer(1, 15));
    }
    return read;
  }

  #item(array, digest) {
    const length = this.#check('item', array, digest);
    if (this.#random.chance(0.8)) return { array, length };
    this.#store.put(this.#keep(array), digest);
    return undefined;
  }

  /** The loan of an item is over when the next one has come. */
  #checkLoan(last) {
    if (last === undefined || last.length <= LENT_BYTES) return;
    const { array, length } = last;
    const gone = ArrayBuffer.isView(array) ? array.byteLength === 0 : array.detached;
    if (!gone) this.#tally.mismatch(`client: an item of ${length} bytes outlives its loan`);
  }

  #check(where, array, digest) {
    const bytes = bytesOf(array);
    const { length } = bytes;
    const found = digestOf(bytes);
    this.#tally.checked(length);
    if (found !== digest) this.#tally.mismatch(`client, ${where}: ${length} bytes, ${found}, not ${digest}`);
    return length;
  }
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
