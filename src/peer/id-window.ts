// What belongs to ids that rise: a map that is a ring, with room aside for those that stay long.

/** Places of the ring at first, and at most: an idle session shall cost little. */
const LEAST = 32;
const MOST = 1024;

/**
 * A map whose keys rise, and mostly leave soon after they came. It makes no garbage: a Map that is filled and emptied at
 * this pace is made anew every few hundred entries, and each old one keeps its entries alive until the next full collection.
 */
export class IdWindow<T> {
  private ids = zeros(LEAST);
  private values: (T | undefined)[] = nothing(LEAST);
  /** Those whose places newer ones have taken. */
  private readonly aside = new Map<number, T>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(id: number): T | undefined {
    const place = id % this.ids.length;
    return this.ids[place] === id ? this.values[place] : this.aside.get(id);
  }

  has(id: number): boolean {
    return this.ids[id % this.ids.length] === id || this.aside.has(id);
  }

  /** @param id from 1 up, and not there yet. */
  add(id: number, value: T): void {
    this.count++;
    let place = id % this.ids.length;
    if (this.ids[place] !== 0 && this.ids.length < MOST) {
      this.grow();
      place = id % this.ids.length;
    }
    const other = this.ids[place] as number;
    if (other > id) return void this.aside.set(id, value);
    if (other !== 0) this.aside.set(other, this.values[place] as T);
    this.ids[place] = id;
    this.values[place] = value;
  }

  /** Takes one out; `undefined` if it isn't there. */
  take(id: number): T | undefined {
    const place = id % this.ids.length;
    const value = this.ids[place] === id ? this.values[place] : this.aside.get(id);
    if (value === undefined) return undefined;
    this.count--;
    if (this.ids[place] === id) {
      this.ids[place] = 0;
      this.values[place] = undefined;
    } else this.aside.delete(id);
    return value;
  }

  /** All, the oldest first (but for few that came out of order). Some may be taken out meanwhile. */
  *all(): Generator<T> {
    for (const id of this.keys()) {
      const value = this.get(id);
      if (value !== undefined) yield value;
    }
  }

  /** All ids, in the same order. */
  *keys(): Generator<number> {
    yield* this.aside.keys();
    yield* this.ids.filter((id) => id !== 0).sort((one, other) => one - other);
  }

  private grow(): void {
    const { ids, values } = this;
    const size = 4 * ids.length;
    this.ids = zeros(size);
    this.values = nothing(size);
    for (const [place, id] of ids.entries()) {
      if (id === 0) continue;
      this.ids[id % size] = id;
      this.values[id % size] = values[place];
    }
  }
}

function zeros(size: number): number[] {
  return new Array<number>(size).fill(0);
}

function nothing<T>(size: number): (T | undefined)[] {
  return new Array<T | undefined>(size).fill(undefined);
}
