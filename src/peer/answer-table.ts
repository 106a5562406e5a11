// What a session's callee remembers of calls, so that none runs twice: what runs, what was answered, what it has seen.
import type { Limits } from '../limits';
import { Gaps } from './gaps';
import { IdWindow } from './id-window';

/** An entry of the table. */
export interface TableEntry {
  readonly id: number;
  /** What the kept answer weighs in bytes; `undefined` while there is none. */
  kept: number | undefined;
  /** Whether the answer says that the call did not run. */
  readonly idle: boolean;
  /** Whether the caller has settled it: nobody will ask for its answer. */
  settled: boolean;
}

/** Bytes of answers that all tables of one process keep together. */
export class KeptBudget {
  bytes = 0;

  constructor(readonly limit: number) {}
}

/**
 * The dedupe table of one session and direction. An id that was seen and is no longer here has run, and is never run
 * again. One that was refused, or whose answer said that it did not run, may be forgotten as if it had never come.
 */
export class AnswerTable<E extends TableEntry> {
  private readonly entries = new IdWindow<E>();
  private readonly gaps = new Gaps();
  private last = 0;
  private acknowledgedTo = 0;
  private answers = 0;
  private bytes = 0;

  constructor(
    private readonly limits: Pick<Limits, 'keptBytes' | 'keptResults'>,
    private readonly budget = new KeptBudget(Infinity),
  ) {}

  /** The highest id that has come. */
  get highest(): number {
    return this.last;
  }

  get size(): number {
    return this.entries.size;
  }

  /** Entries without an answer. */
  get running(): number {
    return this.entries.size - this.answers;
  }

  /** Answers that are kept, and their bytes. */
  get kept(): { readonly results: number; readonly bytes: number } {
    return { results: this.answers, bytes: this.bytes };
  }

  /** The number of answers that are kept. */
  get keptResults(): number {
    return this.answers;
  }

  /** All entries, in no promised order. */
  all(): IterableIterator<E> {
    return this.entries.all();
  }

  get(id: number): E | undefined {
    return this.entries.get(id);
  }

  /**
   * A call came under `id`, perhaps not for the first time: its entry, or `'new'` if it never came, or `'gone'` if it
   * came, and nothing is kept of it.
   * @throws SameboxError `PROTOCOL` if ids have too many gaps.
   */
  see(id: number): E | 'new' | 'gone' {
    if (id > this.last) {
      if (id > this.last + 1) this.gaps.add(this.last + 1, id - 1);
      this.last = id;
      return 'new';
    }
    return this.entries.get(id) ?? (this.gaps.take(id) ? 'new' : 'gone');
  }

  /** Whether a call of this id has not run: it never came, was refused, or was answered so. */
  unseen(id: number): boolean {
    return id > this.last || this.gaps.has(id);
  }

  /** A call that came was refused: it never ran, and may come again. */
  unsee(id: number): void {
    if (id > this.acknowledgedTo) this.gaps.add(id, id);
  }

  enter(entry: E): void {
    this.entries.add(entry.id, entry);
  }

  /** An entry is answered. Kept as long as the limits allow: the oldest answers go first. */
  answered(entry: E, bytes: number): void {
    if (this.entries.get(entry.id) !== entry) return;
    if (entry.settled || bytes > this.limits.keptBytes) return this.drop(entry);
    entry.kept = bytes;
    this.answers++;
    this.bytes += bytes;
    this.budget.bytes += bytes;
    if (this.full) this.makeRoom();
  }

  /** The caller has settled these calls. What runs among them is forgotten when it is answered. */
  acknowledge(from: number, to: number): void {
    if (from <= this.acknowledgedTo + 1) {
      if (to <= this.acknowledgedTo) return;
      from = this.acknowledgedTo + 1;
      this.acknowledgedTo = to;
      if (this.gaps.size > 0) this.gaps.forget(to);
    }
    if (to - from < this.entries.size) for (let id = from; id <= to; id++) this.settle(this.entries.get(id));
    else for (const entry of this.entries.all()) if (entry.id >= from && entry.id <= to) this.settle(entry);
  }

  /** Takes an entry out. If it comes again, it has run. */
  forget(id: number): E | undefined {
    const entry = this.entries.take(id);
    if (entry === undefined) return undefined;
    if (entry.kept !== undefined) {
      this.answers--;
      this.bytes -= entry.kept;
      this.budget.bytes -= entry.kept;
    }
    return entry;
  }

  /** The session is over. */
  clear(): void {
    for (const { id } of this.entries.all()) this.forget(id);
    this.gaps.forget(this.last);
    this.last = 0;
    this.acknowledgedTo = 0;
  }

  private settle(entry: E | undefined): void {
    if (entry === undefined) return;
    entry.settled = true;
    if (entry.kept !== undefined) this.forget(entry.id);
  }

  private get full(): boolean {
    return (
      this.answers > this.limits.keptResults ||
      this.bytes > this.limits.keptBytes ||
      this.budget.bytes > this.budget.limit
    );
  }

  private makeRoom(): void {
    for (const entry of this.entries.all()) {
      if (!this.full) return;
      if (entry.kept !== undefined) this.drop(entry);
    }
  }

  /** Nothing is kept of an answer. If it said that the call did not run, that stays true: it may come again. */
  private drop(entry: E): void {
    this.forget(entry.id);
    if (entry.idle && !entry.settled) this.unsee(entry.id);
  }
}
