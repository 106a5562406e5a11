// What expires next: a binary heap of deadlines. Entries know their place, so that most removals cost nothing.

/** Something with a deadline. `heapIndex` belongs to the heap: -1 outside. */
export interface Expiring {
  deadline: number;
  heapIndex: number;
}

export class DeadlineHeap<T extends Expiring> {
  private readonly entries: T[] = [];

  get size(): number {
    return this.entries.length;
  }

  /** The earliest deadline; `Infinity` if there is none. */
  get earliest(): number {
    return this.entries[0]?.deadline ?? Infinity;
  }

  /** An entry without a deadline (`Infinity`) is left out. */
  insert(entry: T): void {
    if (entry.deadline === Infinity) return;
    this.rise(entry, this.entries.push(entry) - 1);
  }

  remove(entry: T): void {
    const index = entry.heapIndex;
    if (index < 0) return;
    entry.heapIndex = -1;
    const last = this.entries.pop() as T;
    if (last === entry) return;
    this.rise(last, index);
    this.sink(last, last.heapIndex);
  }

  /** Takes the earliest entry out if its deadline has come. */
  popExpired(now: number): T | undefined {
    const first = this.entries[0];
    if (first === undefined || first.deadline > now) return undefined;
    this.remove(first);
    return first;
  }

  private rise(entry: T, index: number): void {
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.entries[parentIndex] as T;
      if (parent.deadline <= entry.deadline) break;
      this.place(parent, index);
      index = parentIndex;
    }
    this.place(entry, index);
  }

  private sink(entry: T, index: number): void {
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = this.entries[childIndex];
      if (child === undefined) break;
      const right = this.entries[childIndex + 1];
      if (right !== undefined && right.deadline < child.deadline) {
        child = right;
        childIndex++;
      }
      if (child.deadline >= entry.deadline) break;
      this.place(child, index);
      index = childIndex;
    }
    this.place(entry, index);
  }

  private place(entry: T, index: number): void {
    this.entries[index] = entry;
    entry.heapIndex = index;
  }
}
