// The arrays that one lane sends: made at random, and what becomes of them afterwards.
import { NOTHING } from './calls.mjs';
import { digestOf, fill } from './content.mjs';
import { bytesOf, FORMS, makeArray, ordinary } from './shapes.mjs';

const WRITTEN_OVER = 0xee;

export class Outbox {
  #client;
  #release;
  #own;
  #random;
  #largest;

  constructor({ client, samebox, random, largest }) {
    this.#client = client;
    this.#release = samebox.release;
    this.#own = ordinary(samebox.NdArray);
    this.#random = random;
    this.#largest = largest;
  }

  /** What an array is to be, made here or by the daemon. */
  what() {
    const random = this.#random;
    return {
      seed: random.word(),
      size: Math.floor(random.logUniform(1, this.#largest)),
      form: random.pick(FORMS),
      inPlace: random.chance(0.5),
    };
  }

  /** An array with content, in memory of its own or in a segment. */
  make() {
    const { seed, size, form, inPlace } = this.what();
    const allocate = inPlace ? (shape, dtype) => this.#client.alloc(shape, dtype) : this.#own;
    const { array, whole } = makeArray(form, size, allocate);
    fill(bytesOf(array), seed);
    return { array, whole, inPlace, digest: digestOf(bytesOf(array)) };
  }

  /**
   * What a sender does with an array whose call has settled. Memory of its own may be written at once, whatever has become
   * of the call. What lies in a segment may be read by a method that was given up: it is let go, never written.
   * @param answer what the call gave.
   */
  sent({ array, whole, inPlace }, answer) {
    if (!inPlace || answer !== NOTHING) bytesOf(array).fill(WRITTEN_OVER);
    if (this.#random.chance(0.6)) this.#release(whole);
  }
}
