// A segment of the other side, as its reader has it: what is open of it, and when it is unmapped.
import { SameboxError } from '../errors';
import { forget, whenCollected } from '../segments/collected';
import { MappedViews } from '../segments/mapped-views';
import type { SegmentMemory, SegmentWay } from '../segments/memory';
import { forbidUse } from '../values/forbid-use';
import { own } from '../values/ownership';
import type { Lent } from './loan';

/** A segment that is mapped here. It stays so until its owner withdraws it, and everything of it was given back. */
export class BorrowedSegment {
  readonly way: SegmentWay;
  readonly bytes: number;
  /** Deliveries that were not given back. */
  open = 0;
  private readonly views: MappedViews;
  private lastGeneration = 0;
  private withdrawn = false;

  /** @param giveBack tells the owner that one delivery of a generation is over. */
  constructor(
    memory: SegmentMemory,
    private readonly giveBack: (generation: number) => void,
  ) {
    this.way = memory.way;
    this.bytes = memory.bytes;
    this.views = new MappedViews(memory);
  }

  /** @throws SameboxError `PROTOCOL` for a range outside, or a generation that isn't the present one. */
  deliver(generation: number, offset: number, length: number): Delivery {
    const { memory } = this.views;
    checkRange(offset, length, this.bytes);
    if (generation < this.lastGeneration || generation !== memory.generation) throw over(generation);
    this.lastGeneration = generation;
    this.open++;
    return new Delivery(this, this.views, generation, offset, this.views.open(offset, length));
  }

  /** A delivery is over. */
  returned(generation: number): void {
    this.open--;
    this.giveBack(generation);
    this.unmapIfOver();
  }

  /** The owner has removed it, or is gone. */
  withdraw(): void {
    this.withdrawn = true;
    this.unmapIfOver();
  }

  private unmapIfOver(): void {
    if (this.withdrawn && this.open === 0) this.views.unmap();
  }
}

/** A reference whose generation isn't the present one. */
export function over(generation: number): SameboxError {
  return new SameboxError('PROTOCOL', `a reference to generation ${generation} of a segment, which is over`);
}

/** @throws SameboxError `PROTOCOL` */
export function checkRange(offset: number, length: number, bytes: number): void {
  if (length === 0 || offset > bytes || length > bytes - offset)
    throw new SameboxError(
      'PROTOCOL',
      `a reference to bytes ${offset} to ${offset + length} of a segment of ${bytes}`,
    );
}

/** One array that lies in a segment of the other side. It has an ArrayBuffer of its own. */
export class Delivery implements Lent {
  readonly bytes: Uint8Array;
  readonly length: number;
  private state: 'lent' | 'kept' | 'over' = 'lent';
  private readonly handedOut: ArrayBufferView[] = [];

  constructor(
    private readonly segment: BorrowedSegment,
    private readonly views: MappedViews,
    private readonly generation: number,
    private readonly offset: number,
    buffer: ArrayBuffer,
  ) {
    this.bytes = new Uint8Array(buffer);
    this.length = buffer.byteLength;
    own(buffer, this);
    // Also what is lent may be forgotten, with a stream that nobody reads on. Not `this`: it has the buffer, which then
    // would never be collected.
    whenCollected(buffer, () => segment.returned(generation));
  }

  keep(): void {
    if (this.state === 'lent') this.state = 'kept';
  }

  end(): void {
    if (this.state === 'lent') this.release();
  }

  handOut(view: ArrayBufferView): void {
    this.handedOut.push(view);
  }

  release(): void {
    if (this.state === 'over') return;
    const { buffer } = this;
    this.state = 'over';
    forget(buffer);
    // Who has moved the memory elsewhere may use it still: then it is never given back, nor unmapped.
    if (this.views.close(this.offset, buffer)) this.segment.returned(this.generation);
    this.handedOut.splice(0).forEach(forbidUse);
  }

  private get buffer(): ArrayBuffer {
    return this.bytes.buffer as ArrayBuffer;
  }
}
