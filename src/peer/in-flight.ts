// The calls of one session and direction that have no answer yet. Nobody else touches the table.

/** The in-flight table. Ids rise by one from 1 and are never used again. */
export class InFlight<T> {
  private readonly calls = new Map<number, T>();
  private last = 0;
  private settledBelow = 1;

  /** Calls without an answer. */
  get size(): number {
    return this.calls.size;
  }

  /** The highest id given so far; 0 before the first. */
  get highest(): number {
    return this.last;
  }

  /** The highest id such that it and all below are settled: the cumulative acknowledgement. */
  get acknowledged(): number {
    while (this.settledBelow <= this.last && !this.calls.has(this.settledBelow)) this.settledBelow++;
    return this.settledBelow - 1;
  }

  /** The id that the next call will have. */
  get next(): number {
    return this.last + 1;
  }

  /** Enters a call under the next id, which it gives. */
  add(call: T): number {
    this.calls.set(++this.last, call);
    return this.last;
  }

  get(id: number): T | undefined {
    return this.calls.get(id);
  }

  /** Takes a call out; `undefined` if it was settled before. */
  settle(id: number): T | undefined {
    const call = this.calls.get(id);
    if (call !== undefined) this.calls.delete(id);
    return call;
  }

  /** Takes all out, in the order of their ids. */
  takeAll(): T[] {
    const all = [...this.calls.values()];
    this.calls.clear();
    return all;
  }
}
