// How many connections may stay without having said hello, and which one has to go.

/**
 * The connections that haven't said hello yet, oldest first. Who says nothing can't use the daemon up, and can't keep
 * others out either: a new connection is always let in, and over the limit the oldest silent one is closed for it.
 */
export class SilentConnections<C> {
  /** A Set iterates in the order of insertion: the first is the oldest. */
  readonly #silent = new Set<C>();

  /** @param limit how many may be silent at once; at least 1. */
  constructor(readonly limit: number) {
    if (!(limit >= 1)) throw new TypeError('limit: a number from 1 up');
  }

  /** How many are silent now. */
  get size(): number {
    return this.#silent.size;
  }

  /**
   * Lets a new connection in.
   * @returns the oldest silent one if that makes one too many: close it. It is forgotten already.
   */
  admit(connection: C): C | undefined {
    this.#silent.add(connection);
    if (this.#silent.size <= this.limit) return undefined;
    const [oldest] = this.#silent;
    this.#silent.delete(oldest as C);
    return oldest;
  }

  /** It said hello: it counts no more. */
  spoke(connection: C): void {
    this.#silent.delete(connection);
  }

  /** It is closed. */
  gone(connection: C): void {
    this.#silent.delete(connection);
  }
}
