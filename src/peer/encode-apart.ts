// Bodies that are encoded where there is no connection to write them to, or kept for the next one.
import { ByteWriter } from '../cbor/byte-writer';
import { encodeValue, type Attachments } from '../cbor/encode';
import { EncodedBody, type BodyValue } from '../frames';
import { INLINE_THRESHOLD } from '../limits';

/** Encodes a body now: what it says then is what it said at this moment, but for its attachments. */
export function encodeApart({ value, root }: BodyValue): EncodedBody {
  const writer = new ByteWriter(256);
  const attachments: Attachments = [];
  encodeValue(writer, value, attachments, root);
  return EncodedBody.of(Buffer.concat(writer.take()), attachments);
}

/**
 * A body that was sent, to be sent again: with attachments of its own, since whoever made the arrays may write to them now.
 * `undefined` for one with arrays that don't stand in their frame: they would cost too much.
 */
export function holdable(body: EncodedBody): EncodedBody | undefined {
  if (body.attachments.length === 0) return body;
  return body.attachments.some(({ length }) => length > INLINE_THRESHOLD) ? undefined : ownAttachments(body);
}

/** The same body with attachments of its own. */
export function ownAttachments({ bytes, attachments }: EncodedBody): EncodedBody {
  return EncodedBody.of(
    bytes,
    attachments.map((attachment) => Uint8Array.from(attachment)),
  );
}

/** The same body with bytes of its own: those of a written one lie in a slab with others. */
export function ownBytes({ bytes, attachments }: EncodedBody): EncodedBody {
  return EncodedBody.of(Buffer.from(bytes), attachments);
}
