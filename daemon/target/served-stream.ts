// A stream that a method gave: it is left as part of its call, and its end is known.
import type { SameboxError } from '../../src/errors';
import type { SkippingIterator } from '../../src/peer/published';
import { runInCall } from '../call-context';
import { SharedStream } from '../shared/shared-stream';
import type { ServedCall } from './served-call';

/** `iterable` with an end: `left` says when a generator that was left early has run its `finally`. */
export class ServedStream implements AsyncIterable<unknown>, SkippingIterator {
  private iterator!: SkippingIterator;
  private leaving: Promise<IteratorResult<unknown>> | undefined;
  private failure: SameboxError | undefined;
  /** Ends the wait for the item that was asked for last. */
  private failWaiting: ((reason: SameboxError) => void) | undefined;

  constructor(
    private readonly context: ServedCall,
    private readonly iterable: AsyncIterable<unknown>,
  ) {}

  [Symbol.asyncIterator](): this {
    const { context, iterable } = this;
    this.iterator = SharedStream.is(iterable)
      ? iterable.publishTo(context.session.handoff)
      : iterable[Symbol.asyncIterator]();
    return this;
  }

  takeSkipped(): number {
    return this.iterator.takeSkipped?.() ?? 0;
  }

  next(): Promise<IteratorResult<unknown>> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      this.failWaiting = reject;
      Promise.resolve(this.iterator.next()).then(resolve, reject);
    });
  }

  /** Nothing more comes of it: its reader gets `reason`, also one who waits for something that never comes. */
  fail(reason: SameboxError): void {
    this.failure ??= reason;
    this.failWaiting?.(this.failure);
    this.return().catch(() => undefined); // Its reader has an error already.
  }

  /** Leaves it, once. Whoever asks runs in no call: the `finally` of a generator does. An iterator that throws rejects. */
  return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.leaving ??= runInCall(
      this.context,
      async () => (await this.iterator.return?.(value)) ?? { done: true, value },
    );
    return this.leaving;
  }

  /** Resolves when the iterable has been left, if it is being left; never rejects. */
  async left(): Promise<void> {
    await this.leaving?.catch(() => undefined);
  }
}

/** Whether a method gave a stream. Reads it once; whatever it throws means no. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function'
    );
  } catch {
    return false;
  }
}
