// A stream that a method gave: it is left as part of its call, and its end is known.
import type { SkippingIterator } from '../../src/peer/published';
import { runInCall } from '../call-context';
import { SharedStream } from '../shared/shared-stream';
import type { ServedCall } from './served-call';

/** `iterable` with an end: `left` says when a generator that was left early has run its `finally`. */
export class ServedStream implements AsyncIterable<unknown>, SkippingIterator {
  private iterator!: SkippingIterator;
  private leaving: Promise<IteratorResult<unknown>> | undefined;

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
    return this.iterator.next();
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
