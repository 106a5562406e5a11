// Chance that can be repeated: every decision of a proof comes from its seed.

/** A stream of random numbers (sfc32, by Chris Doty-Humphrey). */
export class Random {
  #a;
  #b;
  #c;
  #count = 1;

  /** @param {...number} seeds whole numbers: other ones give another stream. */
  constructor(...seeds) {
    [this.#a, this.#b, this.#c] = [seeds[0] ?? 0, seeds[1] ?? 0, seeds[2] ?? 0];
    for (let round = 0; round < 12; round++) this.word();
  }

  /** 32 random bits. */
  word() {
    const sum = (this.#a + this.#b + this.#count++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to, but not with, 1. */
  next() {
    return this.word() / 2 ** 32;
  }

  chance(probability) {
    return this.next() < probability;
  }

  /** A whole number, both ends included. */
  integer(from, to) {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  pick(list) {
    return list[this.integer(0, list.length - 1)];
  }

  /** One of the keys of `weights`, each as often as its weight says. */
  weighted(weights) {
    let left = this.next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const [name, weight] of Object.entries(weights)) if ((left -= weight) < 0) return name;
    return Object.keys(weights)[0];
  }

  /** As likely between 1 and 2 as between 1,000 and 2,000. */
  logUniform(from, to) {
    return from * (to / from) ** this.next();
  }

  /** A waiting time between things that happen at any moment, with this mean. */
  exponential(mean) {
    return -Math.log(1 - this.next()) * mean;
  }
}
