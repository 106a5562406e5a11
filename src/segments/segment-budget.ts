// How much shared memory a process makes in all, over its pools.

/** Bytes and segments of all pools together. Whoever makes one asks first, and gives back what is gone. */
export class SegmentBudget {
  private usedBytes = 0;
  private usedSegments = 0;

  /**
   * @param bytes of all segments, their headers not counted.
   * @param segments each takes a descriptor.
   */
  constructor(
    readonly bytes: number,
    readonly segments: number,
  ) {}

  /** Bytes taken now. */
  get taken(): number {
    return this.usedBytes;
  }

  /** Segments taken now. */
  get count(): number {
    return this.usedSegments;
  }

  /** Whether `bytes` more fit; they are taken then. */
  take(bytes: number): boolean {
    if (this.usedBytes + bytes > this.bytes || this.usedSegments + 1 > this.segments) return false;
    this.usedBytes += bytes;
    this.usedSegments++;
    return true;
  }

  giveBack(bytes: number): void {
    this.usedBytes -= bytes;
    this.usedSegments--;
  }
}
