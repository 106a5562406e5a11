// Calls that were given up, and whose cancel may be lost with its connection.

interface Cancel {
  readonly reason: number;
  /** The highest id that was given when it was sent. */
  readonly at: number;
}

/** Cancels that may not have arrived. An answer to a call that was made later proves that they have. */
export class GivenUp {
  private readonly cancels = new Map<number, Cancel>();

  get size(): number {
    return this.cancels.size;
  }

  add(id: number, reason: number, highest: number): void {
    this.cancels.set(id, { reason, at: highest });
  }

  /** A call was answered: what was sent before it has arrived. */
  answered(id: number): void {
    if (this.cancels.size === 0) return;
    this.cancels.delete(id);
    for (const [other, { at }] of this.cancels) {
      if (at >= id) return;
      this.cancels.delete(other);
    }
  }

  /** Those that the other side still holds something of, with their reasons; the others are forgotten. */
  among(held: ReadonlySet<number>): [id: number, reason: number][] {
    for (const id of [...this.cancels.keys()]) if (!held.has(id)) this.cancels.delete(id);
    return [...this.cancels].map(([id, { reason }]) => [id, reason]);
  }

  clear(): void {
    this.cancels.clear();
  }
}
