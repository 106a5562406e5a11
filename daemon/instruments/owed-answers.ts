// The ledger of answers that may still come though nobody waits for them, and whether a new query may be written.

/** A query that an instrument always answers, quickly and recognisably. */
export interface SyncQuery {
  /** What is written, without terminator: `'*IDN?'`. */
  readonly query: string;
  /** Matches the answer to `query`. It should match no other answer; where it does, recovery takes longer but stays right. */
  readonly answer: RegExp;
}

/** Commands whose kind of answer is remembered; beyond it everything is learnt anew. */
const REMEMBERED = 1000;

/**
 * Lines carry no ids, so a late answer can only be told by order and by time.
 *
 * Without a sync query: one answer is owed at most, and no query is written until it has come or can no longer come.
 * With one: no query is written until the instrument has answered the sync query. An instrument answers in order, so
 * nothing older can follow that answer, unless what matched was an older answer that looks like it: as many
 * matching lines are awaited as could match, or a quiet `lateWindow` after the last.
 *
 * Rules only: every method takes the time as an argument, in milliseconds.
 */
export class OwedAnswers {
  readonly #lateWindow: number;
  readonly #query: string | undefined;
  readonly #pattern: RegExp | undefined;
  /** Commands whose answers were seen, and didn't match the sync answer. */
  readonly #unlike = new Set<string>();
  /** The answer of an abandoned query. There is never more than one. */
  #late: { until: number; mayMatch: boolean } | undefined;
  /** Sync queries without an answer, the running attempt's included. */
  #syncsOwed = 0;
  /** The end of the running attempt; `undefined` if none runs. */
  #syncUntil: number | undefined;
  /** Whether a line matched in the running attempt. */
  #matched = false;
  /** Whether the next line can only be the answer to the next query. */
  #inStep = true;
  #dropped = 0;

  constructor(lateWindow: number, sync?: SyncQuery) {
    this.#lateWindow = lateWindow;
    this.#query = sync?.query;
    // A sticky or global pattern would remember where it stopped.
    this.#pattern = sync && new RegExp(sync.answer.source, sync.answer.flags.replace(/[gy]/g, ''));
  }

  /** Lines that were dropped: late answers, sync answers not counted, and what came unasked. */
  get dropped(): number {
    return this.#dropped;
  }

  /** When something changes by itself; `Infinity` if nothing does. */
  get wakeAt(): number {
    return Math.min(this.#late?.until ?? Infinity, this.#syncUntil ?? Infinity);
  }

  /** Whether an attempt with the sync query ended without its answer, or none was made. */
  silent(now: number): boolean {
    return !this.clear(now) && this.#pattern !== undefined && this.#syncUntil === undefined;
  }

  /** Whether a query may be written: the next line will be its answer. */
  clear(now: number): boolean {
    if (this.#late !== undefined && now >= this.#late.until) this.#late = undefined;
    if (this.#syncUntil !== undefined && now >= this.#syncUntil) {
      this.#syncUntil = undefined;
      if (this.#matched) this.#backInStep();
    }
    return this.#pattern === undefined ? this.#late === undefined : this.#inStep;
  }

  /** The sync query, if it is to be written now. */
  syncDue(now: number): string | undefined {
    return this.clear(now) || this.#syncUntil !== undefined ? undefined : this.#query;
  }

  /** The sync query was written. It has `lateWindow` from when what is owed before it can no longer come. */
  syncWritten(now: number): void {
    this.#syncsOwed += 1;
    this.#matched = false;
    this.#syncUntil = Math.max(now, this.#late?.until ?? now) + this.#lateWindow;
  }

  /** A query was given up after it was written; its answer may come until `until`. */
  abandon(command: string, until: number): void {
    this.#late = { until, mayMatch: command === this.#query || !this.#unlike.has(command) };
    this.#inStep = false;
  }

  /** The abandoned query has only now left the port. */
  postpone(until: number): void {
    if (this.#late !== undefined) this.#late.until = Math.max(this.#late.until, until);
  }

  /** The port was opened anew: what was owed still is, and an instrument with a sync query is asked it first. */
  reopened(): void {
    this.#inStep = false;
  }

  /** A query got its answer: remember whether such answers could be taken for a sync answer. */
  answered(command: string, line: string): void {
    if (this.#pattern === undefined) return;
    if (this.#pattern.test(line)) this.#unlike.delete(command);
    else if (this.#unlike.size < REMEMBERED) this.#unlike.add(command);
    else this.#unlike.clear();
  }

  /**
   * A line that no query waits for.
   * @param line `undefined` for one that was too long to keep.
   */
  line(line: string | undefined, now: number): void {
    const matches = line !== undefined && this.#pattern?.test(line) === true;
    const late = this.#late;
    // In order: whatever came, what was asked before it will not come any more.
    this.#late = undefined;
    if (matches && this.#syncsOwed > 0 && late?.mayMatch !== true) this.#syncsOwed -= 1;
    else this.#dropped += 1;
    if (this.#syncUntil === undefined) return;
    if (matches) this.#matched = true;
    if (matches && this.#syncsOwed === 0) this.#backInStep();
    else if (matches || late !== undefined) this.#syncUntil = now + this.#lateWindow;
  }

  #backInStep(): void {
    this.#inStep = true;
    this.#matched = false;
    this.#late = undefined;
    this.#syncsOwed = 0;
    this.#syncUntil = undefined;
  }
}
