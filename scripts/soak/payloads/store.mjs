// Arrays that are kept for a while, each checked again when it goes: what is kept, nobody may use anew.
import { bytesOf } from './shapes.mjs';

/** A bag of arrays. What is too much in it goes, in no order: some released, some left to the garbage collector. */
export class Store {
  #options;
  #entries = new Map();
  #bytes = 0;
  #last = 0;

  /**
   * @param {{ check: (where: string, array: any, digest: string) => unknown, release: (array: any) => void,
   *   random: import('../../support/random.mjs').Random, bytes: number, entries: number }} options
   */
  constructor(options) {
    this.#options = options;
  }

  get size() {
    return this.#entries.size;
  }

  /** @returns the key to take it by. */
  put(array, digest) {
    const { bytes, entries } = this.#options;
    const key = ++this.#last;
    this.#entries.set(key, { array, digest });
    this.#bytes += bytesOf(array).length;
    while (this.#entries.size > entries || this.#bytes > bytes) this.#evict();
    return key;
  }

  take(key) {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#bytes -= bytesOf(entry.array).length;
    this.#options.check('kept array', entry.array, entry.digest);
    return entry;
  }

  empty() {
    while (this.#entries.size > 0) this.#evict();
  }

  #evict() {
    const { random, release } = this.#options;
    const { array } = this.take(random.pick([...this.#entries.keys()]));
    if (random.chance(0.7)) release(array);
  }
}
