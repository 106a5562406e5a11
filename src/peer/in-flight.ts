// The calls of one session and direction that are not settled yet. Nobody else touches the table.

import { IdWindow } from './id-window';

/** Ranges of settled ids that are told at once; more wait for the next time. */
const MOST_RANGES = 16;

/** Ids that are settled, from the first to the last. */
export type SettledRange = readonly [from: number, to: number];

/** The in-flight table. Ids rise by one from 1 and are never used again. */
export class InFlight<T> {
  private readonly calls = new IdWindow<T>();
  /** Calls of an earlier client of this session, whose answers may still be asked for. */
  private readonly inherited: Set<number>;
  private settledBelow = 1;

  /**
   * @param last the highest id that was given in this session before.
   * @param inherited ids up to it that the other side still holds.
   */
  constructor(
    private last = 0,
    inherited: Iterable<number> = [],
  ) {
    this.inherited = new Set(inherited);
  }

  /** Calls that are not settled. */
  get size(): number {
    return this.calls.size;
  }

  /** The highest id given so far; 0 before the first. */
  get highest(): number {
    return this.last;
  }

  /** The highest id such that it and all below are settled: the cumulative acknowledgement. */
  get acknowledged(): number {
    while (this.settledBelow <= this.last && !this.open(this.settledBelow)) this.settledBelow++;
    return this.settledBelow - 1;
  }

  /** What is settled above that, the lowest first: a call that takes long doesn't keep the others from being forgotten. */
  settledRanges(): SettledRange[] {
    const ranges: SettledRange[] = [];
    let from = this.acknowledged + 1;
    const open = [...this.calls.keys(), ...this.inherited, this.last + 1].sort((one, other) => one - other);
    for (const id of open) {
      if (id > from) ranges.push([from, id - 1]);
      if (ranges.length === MOST_RANGES) break;
      from = id + 1;
    }
    return ranges;
  }

  /** The id that the next call will have. */
  get next(): number {
    return this.last + 1;
  }

  /** Enters a call under the next id, which it gives. */
  add(call: T): number {
    this.calls.add(++this.last, call);
    return this.last;
  }

  /** Enters a call under the id that an earlier client of this session gave it. */
  takeUp(id: number, call: T): void {
    this.inherited.delete(id);
    this.calls.add(id, call);
  }

  get(id: number): T | undefined {
    return this.calls.get(id);
  }

  /** Takes a call out; `undefined` if it was settled before. */
  settle(id: number): T | undefined {
    return this.calls.take(id);
  }

  /** All, in the order of their ids. */
  inOrder(): T[] {
    const ids = [...this.calls.keys()].sort((one, other) => one - other);
    return ids.map((id) => this.calls.get(id) as T);
  }

  private open(id: number): boolean {
    return this.calls.has(id) || this.inherited.has(id);
  }
}
