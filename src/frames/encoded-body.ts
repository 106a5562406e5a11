// A body that is encoded: where its bytes lie, to be written again if need be.
import type { Attachments } from '../cbor/encode';

/** One CBOR item within a slab that is never written again. Its attachments still belong to whoever made it. */
export class EncodedBody {
  constructor(
    private readonly slab: Buffer,
    private readonly start: number,
    private readonly end: number,
    readonly attachments: Attachments,
  ) {}

  static of(bytes: Buffer, attachments: Attachments): EncodedBody {
    return new EncodedBody(bytes, 0, bytes.length, attachments);
  }

  /** Bytes of the item. */
  get size(): number {
    return this.end - this.start;
  }

  /** The item. Made when it is asked for: mostly nobody does. */
  get bytes(): Buffer {
    return this.slab.subarray(this.start, this.end);
  }

  /** Bytes of the item and its attachments. */
  get payload(): number {
    let bytes = this.size;
    for (const { length } of this.attachments) bytes += length;
    return bytes;
  }
}
