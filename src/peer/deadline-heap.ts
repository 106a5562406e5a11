// What expires next: a heap of deadlines. Entries know their place, so that most removals cost nothing.

/** Something with a deadline. `heapIndex` belongs to the heap: -1 outside. */
export interface Expiring {
  deadline: number;
  heapIndex: number;
}

/** Children of one entry: with four, an entry moves half as often as with two. */
const CHILDREN = 4;

export class DeadlineHeap<T extends Expiring> {
  private readonly entries: T[] = [];
  /** Their deadlines, side by side: comparing them touches no entry. */
  private readonly deadlines: number[] = [];

  get size(): number {
    return this.entries.length;
  }

  /** The earliest deadline; `Infinity` if there is none. */
  get earliest(): number {
    return this.deadlines[0] ?? Infinity;
  }

  /** An entry without a deadline (`Infinity`) is left out. */
  insert(entry: T): void {
    if (entry.deadline !== Infinity) this.rise(entry, entry.deadline, this.entries.length);
  }

  remove(entry: T): void {
    const index = entry.heapIndex;
    if (index < 0) return;
    entry.heapIndex = -1;
    const last = this.entries.pop() as T;
    const deadline = this.deadlines.pop() as number;
    if (last === entry) return;
    if (deadline < (this.deadlines[index] as number)) this.rise(last, deadline, index);
    else this.sink(last, deadline, index);
  }

  /** Takes the earliest entry out if its deadline has come. */
  popExpired(now: number): T | undefined {
    if (this.earliest > now) return undefined;
    const first = this.entries[0] as T;
    this.remove(first);
    return first;
  }

  private rise(entry: T, deadline: number, index: number): void {
    while (index > 0) {
      const parent = Math.floor((index - 1) / CHILDREN);
      const above = this.deadlines[parent] as number;
      if (above <= deadline) break;
      this.place(this.entries[parent] as T, above, index);
      index = parent;
    }
    this.place(entry, deadline, index);
  }

  private sink(entry: T, deadline: number, index: number): void {
    const { deadlines } = this;
    const { length } = deadlines;
    for (let first = CHILDREN * index + 1; first < length; first = CHILDREN * index + 1) {
      let child = first;
      for (let other = first + 1; other < first + CHILDREN && other < length; other++)
        if ((deadlines[other] as number) < (deadlines[child] as number)) child = other;
      const below = deadlines[child] as number;
      if (below >= deadline) break;
      this.place(this.entries[child] as T, below, index);
      index = child;
    }
    this.place(entry, deadline, index);
  }

  private place(entry: T, deadline: number, index: number): void {
    this.entries[index] = entry;
    this.deadlines[index] = deadline;
    entry.heapIndex = index;
  }
}
