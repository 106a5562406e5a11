// A stream on its way out: pulls from an iterable, sends within its credit, and does what the consumer chose when it is slow.
import { POLICY } from '../frames/heads';
import { STREAM_KEEP_BYTES } from '../limits';
import { NdArray } from '../values/nd-array';
import { Burst, CreditWindow } from './credit';
import { letGo, Published, type SkippingIterator } from './published';
import { SentItems } from './sent-items';
import type { EncodedBody } from '../frames';

/** Where the stream goes. */
export interface StreamOutlet {
  /**
   * Sends one item: how many bytes it took, and its body, if it may be sent again.
   * @throws SameboxError `UNENCODABLE`, `TOO_LARGE`
   */
  item(sequence: number, value: unknown): { readonly bytes: number; readonly body?: EncodedBody | undefined };
  /** Sends an item again, as it was. */
  again(sequence: number, body: EncodedBody): void;
  /** All items were sent, of `count` that were made. */
  end(count: number): void;
  fail(error: unknown): void;
  /** Whether the other side takes what it is sent: if not, the stream waits for `look`. */
  ready(): boolean;
}

interface KeptItem {
  readonly sequence: number;
  readonly value: unknown;
  /** Of the binary that it is, if it is one. */
  readonly bytes: number;
}

/** Runs one stream to its end. Makes no item that nobody may receive (`block`), or keeps few of them (`latest`, `drop`). */
export class OutgoingStream {
  private readonly window = new CreditWindow();
  private readonly kept: KeptItem[] = [];
  private readonly sent = new SentItems();
  private keptBytes = 0;
  private sequence = 0;
  private stopped = false;
  private iterator: SkippingIterator | undefined;
  private wake: (() => void) | undefined;
  private leaving: Promise<void> | undefined;

  /**
   * @param policy a number of `POLICY`.
   * @param keep items that wait for a slow consumer at most (`latest`: one).
   */
  constructor(
    private readonly outlet: StreamOutlet,
    private readonly policy: number,
    private readonly keep: number,
  ) {}

  /** @param received the number of the next item that the consumer waits for. */
  credit(items: number, bytes: number, received = 0): void {
    this.sent.confirm(received);
    this.window.grant(items, bytes);
    this.look();
  }

  /** Bytes of items that may have to be sent again. */
  get held(): number {
    return this.sent.bytes;
  }

  /** The consumer has lost its connection and is back, with this received so far. What is held of the rest is sent again. */
  resume(next: number, items: number, bytes: number): void {
    this.sent.confirm(next);
    this.window.restart(items, bytes);
    for (const item of this.sent.all()) {
      this.outlet.again(item.sequence, item.body);
      this.window.use(item.bytes);
    }
    this.look();
  }

  /** Credit came, or the other side has read on. */
  look(): void {
    try {
      this.sendKept();
    } catch (error) {
      this.outlet.fail(error);
      this.stop();
    }
    this.wake?.();
  }

  /** The consumer left or is gone. The iterable is told at once; one that waits for something ends when that comes. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    while (this.kept.length > 0) letGo(this.takeKept().value);
    this.sent.clear();
    this.wake?.();
    this.leave();
  }

  /** Resolves when the iterable has ended and all is sent, or the consumer is gone; never rejects. */
  async run(iterable: AsyncIterable<unknown>): Promise<void> {
    try {
      this.iterator = iterable[Symbol.asyncIterator]();
      if (this.stopped) return this.leave();
      await this.pull(this.iterator);
      while (this.kept.length > 0 && !this.stopped) await this.turn();
      if (!this.stopped) this.outlet.end(this.sequence);
    } catch (error) {
      if (!this.stopped) this.outlet.fail(error);
    }
    this.iterator = undefined;
    this.stopped = true;
  }

  private async pull(iterator: SkippingIterator): Promise<void> {
    const burst = new Burst();
    for (;;) {
      while (this.policy === POLICY.block && !this.open && !this.stopped) await this.turn();
      if (this.stopped) return;
      const result = await this.next(iterator);
      this.sequence += iterator.takeSkipped?.() ?? 0;
      if (result.done === true) return;
      if (this.stopped) return letGo(result.value);
      try {
        this.offer(result.value);
      } catch (error) {
        this.leave();
        throw error;
      }
      if (burst.add()) await burst.pause();
    }
  }

  /** An iterable that has ended, or failed, is not told to return. */
  private async next(iterator: SkippingIterator): Promise<IteratorResult<unknown>> {
    try {
      const result = await iterator.next();
      if (result.done === true) this.iterator = undefined;
      return result;
    } catch (error) {
      this.iterator = undefined;
      throw error;
    }
  }

  private get open(): boolean {
    return this.window.open && this.outlet.ready();
  }

  /** Until credit comes, the other side has read on, or the stream is stopped. */
  private async turn(): Promise<void> {
    await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = undefined;
  }

  private offer(value: unknown): void {
    const places = this.policy === POLICY.drop ? this.keep : 1;
    const bytes = binarySize(value);
    this.kept.push({ sequence: this.sequence++, value, bytes });
    this.keptBytes += bytes;
    while (this.kept.length > places || (this.kept.length > 1 && this.keptBytes > STREAM_KEEP_BYTES))
      letGo(this.takeKept().value);
    this.sendKept();
  }

  private sendKept(): void {
    while (this.kept.length > 0 && this.open) {
      const { sequence, value } = this.takeKept();
      const { bytes, body } = this.outlet.item(sequence, value);
      this.window.use(bytes);
      if (body !== undefined) this.sent.add(sequence, body);
    }
  }

  private takeKept(): KeptItem {
    const item = this.kept.shift() as KeptItem;
    this.keptBytes -= item.bytes;
    return item;
  }

  /** Resolves when an iterable that was left has come to its end; never rejects. */
  async left(): Promise<void> {
    await this.leaving;
  }

  /** Tells the iterable that nobody reads on, once. */
  private leave(): void {
    const { iterator } = this;
    this.iterator = undefined;
    if (iterator !== undefined) this.leaving = leave(iterator);
  }
}

/** What the iterable throws on its way out concerns nobody. */
async function leave(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    return;
  }
}

/** Bytes of an item that is a binary, or encoded; what other items weigh is known when they are encoded only. */
function binarySize(value: unknown): number {
  if (Published.is(value)) return value.bytes;
  const binary = NdArray.is(value) && !value.detached ? value.data : value;
  return ArrayBuffer.isView(binary) ? binary.byteLength : 0;
}
