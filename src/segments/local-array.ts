// Arrays of this process that lie in its own segments: what `alloc` gives.
import type { ArrayOwner } from '../values/ownership';
import { goesWith } from '../values/given';
import { own } from '../values/ownership';
import { forget, whenCollected } from './collected';
import type { Segment, SegmentPool } from './segment-pool';

const arrays = new WeakMap<ArrayBuffer, LocalArray>();

/** The memory of an array in a segment of this process. It holds the segment until it is released or collected. */
export class LocalArray implements ArrayOwner {
  /** Whether what is sent of it must be a copy: who was lent it has kept it, and may send it to others too. */
  kept = false;
  private lent = false;
  private held = true;

  private constructor(
    readonly pool: SegmentPool,
    readonly segment: Segment,
    readonly buffer: ArrayBuffer,
  ) {}

  /** Takes memory for `bytes` bytes out of the pool; `undefined` if there is none. Its content is whatever was there. */
  static take(pool: SegmentPool, bytes: number): LocalArray | undefined {
    const segment = pool.take(bytes);
    return segment && LocalArray.over(pool, segment, bytes);
  }

  /** The first `bytes` bytes of a segment that is held once: the array has that hold now. */
  static over(pool: SegmentPool, segment: Segment, bytes: number): LocalArray {
    const buffer = segment.views.open(0, bytes);
    const array = new LocalArray(pool, segment, buffer);
    arrays.set(buffer, array);
    own(buffer, array);
    // Not the array itself: it has the buffer, which then would never be collected.
    whenCollected(buffer, () => pool.letGo(segment));
    return array;
  }

  /** The array that has this memory, if it lies in a segment of this process. */
  static of(buffer: ArrayBufferLike): LocalArray | undefined {
    return arrays.get(buffer as ArrayBuffer);
  }

  /** From now on it goes with what carries it, unless it is kept. */
  lend(): void {
    this.lent = true;
    goesWith(this.buffer, () => this.sent());
  }

  keep(): void {
    if (this.lent) this.kept = true;
    this.lent = false;
  }

  private sent(): void {
    if (this.lent) this.release();
  }

  release(): void {
    if (!this.held) return;
    this.held = false;
    forget(this.buffer);
    // Who has moved the memory elsewhere may use it still: then it is never used again, nor unmapped.
    if (this.segment.views.close(0, this.buffer)) this.pool.letGo(this.segment);
  }
}
