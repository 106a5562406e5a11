// A stream that a method gave: it is left as part of its call, and its end is known.
import { runInCall, type CallContext } from '../call-context';

/** `iterable` with an end: `left` says when a generator that was left early has run its `finally`. */
export class ServedStream implements AsyncIterable<unknown>, AsyncIterator<unknown> {
  private iterator!: AsyncIterator<unknown>;
  private leaving: Promise<IteratorResult<unknown>> | undefined;

  constructor(
    private readonly context: CallContext,
    private readonly iterable: AsyncIterable<unknown>,
  ) {}

  [Symbol.asyncIterator](): this {
    this.iterator = this.iterable[Symbol.asyncIterator]();
    return this;
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
