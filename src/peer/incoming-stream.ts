// A stream as its consumer sees it: an async iterator that grants credit as it is read.
import { SameboxError } from '../errors';
import { NO_LOAN, type Loan } from '../handoff/loan';
import { POLICY, type SlowPolicy } from '../frames/heads';
import { CreditGrant, type CreditTotal } from './credit';
import { LONGEST_TIMER_MS } from './deadline-timer';

const MiB = 1024 * 1024;
const WINDOW_ITEMS = 64;
const WINDOW_BYTES = 8 * MiB;

/** Where credit and the leaving go. */
export interface StreamInlet {
  /** @param received the number of the next item: what comes before it was received, or will never come. */
  credit(items: number, bytes: number, received: number): void;
  /** The reader left before the end. */
  leave(): void;
  /** Nothing more comes or is wanted, for whatever reason. Called once. */
  over(): void;
}

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T>) => void;
  readonly reject: (error: Error) => void;
}

interface Arrived {
  readonly value: unknown;
  readonly bytes: number;
  readonly loan: Loan;
}

/**
 * The items of a stream. Leaving its `for await` loop cancels the producer.
 *
 * A large array in an item is on loan: it is detached when the next item is asked for, unless it was given to `keep` or
 * copied. Who leaves the loop keeps the last item.
 *
 * May be iterated once; `next` may be called again before it has resolved.
 */
export class IncomingStream<T = unknown> implements AsyncIterableIterator<T> {
  private readonly arrived: Arrived[] = [];
  private readonly readers: Reader<T>[] = [];
  /** Of the items that were read, the oldest first. */
  private readonly loans: Loan[] = [];
  private readonly grant: CreditGrant;
  private readonly fresh: boolean;
  private nextSequence = 0;
  private lost = 0;
  private over = false;
  private left = false;
  private error: Error | undefined;

  constructor(
    private readonly inlet: StreamInlet,
    slow: SlowPolicy = 'block',
    private readonly idle = Infinity,
  ) {
    this.fresh = POLICY[slow] !== POLICY.block;
    this.grant = this.fresh ? new CreditGrant(1, WINDOW_BYTES) : new CreditGrant(WINDOW_ITEMS, WINDOW_BYTES);
  }

  /**
   * Items that the producer made and that never came: this reader was too slow for them (`slow: 'latest'` or `'drop'`), or
   * the socket was lost and they were too large to be held (beyond 64 KiB an array, 8 MiB in all).
   */
  get dropped(): number {
    return this.lost;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    this.loans.shift()?.end();
    const item = this.arrived.shift();
    if (item !== undefined) {
      this.took(item);
      return { done: false, value: item.value as T };
    }
    if (this.over) return this.finish();
    if (this.readers.length === 0) this.allow();
    return new Promise((resolve, reject) => this.readers.push(this.patient({ resolve, reject })));
  }

  /** Leaves the stream: the producer is cancelled. */
  async return(value?: unknown): Promise<IteratorResult<T>> {
    if (!this.over) {
      this.finishReading();
      this.inlet.leave();
    }
    for (const { loan } of this.arrived.splice(0)) loan.end();
    this.left = true;
    for (const loan of this.loans.splice(0)) loan.keep();
    this.wakeAll();
    return { done: true, value };
  }

  async throw(error: unknown): Promise<IteratorResult<T>> {
    await this.return();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /**
   * An item came.
   * @param loan what of it must be given back.
   * @throws SameboxError `PROTOCOL` if it is out of order, or more than was granted.
   */
  push(sequence: number, value: unknown, bytes: number, loan: Loan = NO_LOAN): void {
    if (this.over) return;
    if (sequence < this.nextSequence || this.grant.open(this.arrived.length) <= 0)
      throw new SameboxError('PROTOCOL', `item ${sequence} of a stream is out of order or was not granted`);
    this.lost += sequence - this.nextSequence;
    this.nextSequence = sequence + 1;
    const item = { value, bytes, loan: loan.take() };
    const reader = this.readers.shift();
    if (reader === undefined) {
      this.arrived.push(item);
      return;
    }
    this.took(item);
    reader.resolve({ done: false, value: value as T });
  }

  /** What has come so far: the number of the next item, and what those before weighed. */
  get position(): CreditTotal & { readonly next: number } {
    const { items, bytes } = this.grant.totals.taken;
    const waiting = this.arrived.reduce((sum, item) => sum + item.bytes, 0);
    return { next: this.nextSequence, items: items + this.arrived.length, bytes: bytes + waiting };
  }

  /** Grants again what was granted last: it may never have arrived. */
  grantAgain(): void {
    const { items, bytes } = this.grant.totals.granted;
    if (!this.over && items > 0) this.inlet.credit(items, bytes, this.nextSequence);
  }

  /** The producer came to its end, after `count` items. */
  end(count: number): void {
    if (this.over) return;
    this.lost += Math.max(0, count - this.nextSequence);
    this.finishReading();
    this.wakeAll();
  }

  /** The stream broke; what has arrived is still read first. */
  fail(error: Error): void {
    if (this.over) return;
    this.finishReading();
    this.error = error;
    this.wakeAll();
  }

  private finishReading(): void {
    this.over = true;
    this.inlet.over();
  }

  /** A reader that waits no longer than the idle limit. */
  private patient(reader: Reader<T>): Reader<T> {
    if (this.idle > LONGEST_TIMER_MS) return reader;
    const timer = setTimeout(() => {
      this.inlet.leave();
      this.fail(new SameboxError('TIMEOUT', `the stream gave nothing for ${this.idle} ms`, { ran: 'yes' }));
    }, this.idle);
    const done =
      <A>(act: (argument: A) => void) =>
      (argument: A): void => {
        clearTimeout(timer);
        act(argument);
      };
    return { resolve: done(reader.resolve), reject: done(reader.reject) };
  }

  private took({ bytes, loan }: Arrived): void {
    // Not before its reader has it: another `next` may be called in the same turn.
    queueMicrotask(() => {
      if (this.left) loan.keep();
      else this.loans.push(loan);
    });
    this.grant.take(bytes);
    if (!this.fresh || this.readers.length > 0) this.allow();
  }

  /** Grants what is due. With `latest` and `drop` the producer keeps items until one is asked for, so that it is fresh. */
  private allow(): void {
    if (this.over) return;
    const total = this.grant.due();
    if (total !== undefined) this.inlet.credit(total.items, total.bytes, this.nextSequence);
  }

  private finish(): IteratorResult<T> {
    for (const loan of this.loans.splice(0)) loan.end();
    if (this.error === undefined) return { done: true, value: undefined };
    const { error } = this;
    this.error = undefined;
    throw error;
  }

  private wakeAll(): void {
    for (const reader of this.readers.splice(0)) {
      if (this.error === undefined) reader.resolve({ done: true, value: undefined });
      else {
        reader.reject(this.error);
        this.error = undefined;
      }
    }
  }
}
