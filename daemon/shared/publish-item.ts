// From a value to an item that many read: encoded once, its large arrays in segments that all may read.
import { ByteWriter } from '../../src/cbor/byte-writer';
import { encodeValue, type Attachments } from '../../src/cbor/encode';
import { EncodedBody } from '../../src/frames';
import { wasSent } from '../../src/values/given';
import { INLINE_THRESHOLD } from '../../src/limits';
import { Published } from '../../src/peer/published';
import { copies } from '../../src/segments/copies';
import { LocalArray } from '../../src/segments/local-array';
import { AT_ONCE_BYTES, type SegmentPool } from '../../src/segments/segment-pool';

/**
 * Makes an item of a value. An array that was allocated in the pool stays where it is; another large one is copied to it,
 * once; where there is no room it stays in this process's own memory, and every reader gets a copy.
 * @throws SameboxError `UNENCODABLE`
 */
export async function publishItem(value: unknown, pool: SegmentPool | undefined): Promise<Published> {
  const writer = new ByteWriter(256);
  const attachments: Attachments = [];
  encodeValue(writer, value, attachments, 'item');
  for (const [index, bytes] of attachments.entries()) {
    const array = LocalArray.of(bytes.buffer);
    if (array !== undefined && array.pool === pool && !array.kept) continue;
    attachments[index] = (await copied(bytes, pool)) ?? bytes;
  }
  const body = EncodedBody.of(Buffer.concat(writer.take()), attachments);
  return new Published(body, () => {
    for (const { buffer } of attachments) wasSent(buffer);
  });
}

/** A copy in a segment of the pool, which goes when the item is over. */
async function copied(bytes: Uint8Array, pool: SegmentPool | undefined): Promise<Uint8Array | undefined> {
  const { length } = bytes;
  if (pool === undefined || length <= INLINE_THRESHOLD) return undefined;
  const segment = pool.take(length) ?? (await pool.takeSoon(length));
  if (segment === undefined) return undefined;
  if (length <= AT_ONCE_BYTES) segment.whole.set(bytes);
  else {
    const target = segment.whole.subarray(0, length);
    if (!(await new Promise<boolean>((resolve) => void copies.copy(bytes, target, resolve)))) {
      pool.letGo(segment);
      throw new TypeError('an array was released while it was being published');
    }
  }
  const array = LocalArray.over(pool, segment, length);
  array.lend();
  return new Uint8Array(array.buffer);
}
