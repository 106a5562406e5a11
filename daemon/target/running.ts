// What runs now, in no promised order.

/** Something that knows its place in a list. */
export interface Placed {
  /** Belongs to the list: -1 outside. */
  place: number;
}

/** A list whose entries know their places. (A Set that is filled and emptied for every call is made anew all the time.) */
export class Running<T extends Placed> implements Iterable<T> {
  private readonly entries: T[] = [];

  get size(): number {
    return this.entries.length;
  }

  add(entry: T): void {
    entry.place = this.entries.push(entry) - 1;
  }

  delete(entry: T): void {
    const { place } = entry;
    if (this.entries[place] !== entry) return;
    entry.place = -1;
    const last = this.entries.pop() as T;
    if (last === entry) return;
    this.entries[place] = last;
    last.place = place;
  }

  /** All that run at this moment: what ends or begins meanwhile changes nothing. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.entries].values();
  }
}
