// One reader of a published stream: what waits for it, and what it was too slow for.
import { STREAM_KEEP } from '../../src/limits';
import type { SkippingIterator } from '../../src/peer/published';

/** An item that is held while somebody needs it. */
export interface HeldItem {
  readonly bytes: number;
  hold(): unknown;
  letGo(): void;
}

interface Waiting<I> {
  readonly resolve: (result: IteratorResult<I>) => void;
  readonly reject: (error: unknown) => void;
}

/** Bytes of items that wait for one reader at most; one item may go over it. */
export const BACKLOG_BYTES = 256 * 1024 * 1024;

/** Items that wait for a reader which is behind. Some always do: a reader asks for the next one a little later. */
const BEHIND = 64;

/**
 * The items of a published stream as one reader gets them, in order. One that asks for them slowly makes nobody else wait:
 * up to a bound its items wait for it, then the oldest are passed over, and counted.
 */
export class SharedReader<I extends HeldItem> implements SkippingIterator {
  private readonly backlog: I[] = [];
  private backlogBytes = 0;
  private skipped = 0;
  private readonly waiting: Waiting<I>[] = [];
  private over: { readonly error?: unknown } | undefined;

  /** @param onLeft hears, once, that it reads no more. */
  constructor(private readonly onLeft: (reader: SharedReader<I>) => void) {}

  /** An item was published. The reader holds it until it is taken; who takes it lets it go. */
  push(item: I): void {
    if (this.over !== undefined) return;
    item.hold();
    const waiting = this.waiting.shift();
    if (waiting !== undefined) return waiting.resolve({ done: false, value: item });
    this.backlog.push(item);
    this.backlogBytes += item.bytes;
    while (
      this.backlog.length > STREAM_KEEP ||
      (this.backlog.length > 1 && this.backlogBytes > BACKLOG_BYTES)
    ) {
      this.takeOldest().letGo();
      this.skipped++;
    }
  }

  /** Whether its items come faster than it takes them. */
  get behind(): boolean {
    return this.backlog.length > BEHIND;
  }

  /** The source has come to its end, or failed. What waits is still read. */
  end(ending: { readonly error?: unknown }): void {
    if (this.over !== undefined) return;
    this.over = ending;
    for (const waiting of this.waiting.splice(0)) this.finish(waiting);
    this.onLeft(this);
  }

  takeSkipped(): number {
    const { skipped } = this;
    this.skipped = 0;
    return skipped;
  }

  next(): Promise<IteratorResult<I>> {
    if (this.backlog.length > 0) return Promise.resolve({ done: false, value: this.takeOldest() });
    return new Promise((resolve, reject) => {
      if (this.over === undefined) this.waiting.push({ resolve, reject });
      else this.finish({ resolve, reject });
    });
  }

  async return(value?: unknown): Promise<IteratorResult<I>> {
    while (this.backlog.length > 0) this.takeOldest().letGo();
    this.end({});
    return { done: true, value };
  }

  private takeOldest(): I {
    const item = this.backlog.shift() as I;
    this.backlogBytes -= item.bytes;
    return item;
  }

  /** An error is told once; then it is over. */
  private finish({ resolve, reject }: Waiting<I>): void {
    if (this.over === undefined || !('error' in this.over)) return resolve({ done: true, value: undefined });
    const { error } = this.over;
    this.over = {};
    reject(error);
  }
}
