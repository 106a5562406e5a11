// Which ids below the highest have not been seen: calls that were withdrawn, refused, or cut off on their way.
import { SameboxError } from '../errors';

/** Ranges that are remembered. An honest caller acknowledges long before. */
const MOST_RANGES = 64 * 1024;

type Range = [from: number, to: number];

/** A set of ids as ranges in rising order: one jump is one range, however far it goes. */
export class Gaps {
  private readonly ranges: Range[] = [];

  /** Ranges that are remembered. */
  get size(): number {
    return this.ranges.length;
  }

  has(id: number): boolean {
    const range = this.ranges[this.find(id)];
    return range !== undefined && range[0] <= id;
  }

  /** @throws SameboxError `PROTOCOL` if there are too many. */
  add(from: number, to: number): void {
    const at = this.find(from);
    const before = this.ranges[at - 1];
    if (before !== undefined && before[1] === from - 1) before[1] = to;
    else this.ranges.splice(at, 0, [from, to]);
    if (this.ranges.length > MOST_RANGES)
      throw new SameboxError('PROTOCOL', 'ids of calls have too many gaps, and none is acknowledged');
  }

  /** Takes an id out, if it is there: whether it was. */
  take(id: number): boolean {
    const at = this.find(id);
    const range = this.ranges[at];
    if (range === undefined || range[0] > id) return false;
    const [from, to] = range;
    const rest: Range[] = [];
    if (from < id) rest.push([from, id - 1]);
    if (id < to) rest.push([id + 1, to]);
    this.ranges.splice(at, 1, ...rest);
    return true;
  }

  /** Forgets the ids up to `to`. */
  forget(to: number): void {
    let whole = 0;
    while (whole < this.ranges.length && (this.ranges[whole] as Range)[1] <= to) whole++;
    this.ranges.splice(0, whole);
    const first = this.ranges[0];
    if (first !== undefined) first[0] = Math.max(first[0], to + 1);
  }

  /** The place of the first range that ends at `id` or above. */
  private find(id: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ranges[middle] as Range)[1] < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
