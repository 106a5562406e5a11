// One frame to bytes: lengths, head, body, inline attachments.
import type { ByteWriter } from '../cbor/byte-writer';
import { encodeValue, type Attachments } from '../cbor/encode';
import { SameboxError } from '../errors';
import { ATTACHMENT_ALIGNMENT, INLINE_THRESHOLD, INLINE_TOTAL, REFERRED_BYTES, type Limits } from '../limits';
import { EncodedBody } from './encoded-body';
import { writeHead } from './head-codec';
import type { AttachmentList, AttachmentRef, Head, SegmentRef, TransferRef } from './heads';

/** What one reference takes of a head at most. */
const REF_BYTES = 37;

/** Bytes before the head: the frame's length and the head's. */
export const PREFIX_BYTES = 6;

/** A value to be encoded as the body; `root` names it in errors. */
export interface BodyValue {
  readonly value: unknown;
  readonly root: string;
}

/** Where attachments go that don't stand in their frame. */
export interface Placer {
  /** A reference to bytes that lie in a segment already. */
  refer(bytes: Uint8Array): SegmentRef | undefined;
  /** For bytes that are too large for the frame. */
  place(bytes: Uint8Array): SegmentRef | TransferRef;
  /** Frames that must be written before this one: they introduce segments that it refers to. */
  before(): readonly Head[];
}

/** What the receiver of a frame takes. */
export type FrameLimits = Pick<Limits, 'frameBytes' | 'headBytes' | 'attachments'>;

/** The attachment list of a head that is to be written: filled in when the body is known. */
export const NO_ATTACHMENTS: AttachmentList = [];

/**
 * Writes one frame; on any error nothing of it remains but what the placer has done.
 * @param head with `NO_ATTACHMENTS` last, where its kind has a list.
 * @param limits the receiver's.
 * @returns the body as written, to be written again if need be: it lies in the writer's slab.
 * @throws SameboxError `UNENCODABLE`, `TOO_LARGE`
 */
export function writeFrame(
  writer: ByteWriter,
  head: Head,
  body: BodyValue | EncodedBody | undefined,
  limits: FrameLimits,
  placer: Placer,
): EncodedBody {
  writer.begin();
  try {
    let bodyAt = writePrefixAndHead(writer, head);
    const attachments = writeBody(writer, body);
    const bodyLength = writer.position - writer.pieceStart - bodyAt;
    if (attachments.length > 0) {
      if (bodyAt + bodyLength > limits.frameBytes) throw over('frameBytes', bodyAt + bodyLength, limits);
      if (attachments.length > limits.attachments) throw over('attachments', attachments.length, limits);
      checkAttachments(attachments);
      const room = limits.frameBytes - bodyAt - bodyLength;
      const refs = placeAttachments(attachments, room, placer);
      bodyAt = moveBody(writer, head, bodyAt, [bodyLength, ...refs], placer.before());
      writeInline(writer, attachments, refs);
    }
    const start = writer.pieceStart;
    const headBytes = bodyAt - PREFIX_BYTES;
    const frameBytes = writer.position - start;
    if (headBytes > limits.headBytes) throw over('headBytes', headBytes, limits);
    if (frameBytes > limits.frameBytes) throw over('frameBytes', frameBytes, limits);
    finish(writer, bodyAt);
    return new EncodedBody(writer.bytes, start + bodyAt, start + bodyAt + bodyLength, attachments);
  } catch (error) {
    writer.abort();
    throw error;
  }
}

/** Returns where the body begins, counted from the frame's first byte. */
function writePrefixAndHead(writer: ByteWriter, head: Head): number {
  writer.ensure(PREFIX_BYTES);
  writer.position += PREFIX_BYTES;
  writeHead(writer, head);
  return writer.position - writer.pieceStart;
}

const NO_BODY: Attachments = [];

function writeBody(writer: ByteWriter, body: BodyValue | EncodedBody | undefined): Attachments {
  if (body === undefined) return NO_BODY;
  // Not by its class: an item may have been published by another copy of the package.
  if ('bytes' in body) {
    writer.raw(body.bytes);
    return body.attachments;
  }
  const attachments: Attachments = [];
  encodeValue(writer, body.value, attachments, body.root);
  return attachments;
}

/** Decides for each attachment whether it goes inline or elsewhere. `room` is what the frame has left. */
function placeAttachments(attachments: Attachments, room: number, placer: Placer): AttachmentRef[] {
  let inline = 0;
  let left = room - (attachments.length + 1) * REF_BYTES;
  return attachments.map((bytes) => {
    const { length } = bytes;
    const there = placer.refer(bytes);
    if (there !== undefined) return there;
    const padded = length + ATTACHMENT_ALIGNMENT;
    if (length > INLINE_THRESHOLD || inline + length > INLINE_TOTAL || padded > left)
      return placer.place(bytes);
    inline += length;
    left -= padded;
    return length;
  });
}

/**
 * Writes the head again, now with its attachments, after the frames that must stand `before` it; and the body after it.
 * Returns where the body begins now.
 */
function moveBody(
  writer: ByteWriter,
  head: Head,
  bodyAt: number,
  list: AttachmentList,
  before: readonly Head[],
): number {
  const body = Buffer.from(writer.bytes.subarray(writer.pieceStart + bodyAt, writer.position));
  writer.abort();
  for (const one of before) writeBare(writer, one);
  writer.begin();
  const movedTo = writePrefixAndHead(writer, [...head.slice(0, -1), list] as unknown as Head);
  writer.raw(body);
  return movedTo;
}

/** A frame that is nothing but its head. */
function writeBare(writer: ByteWriter, head: Head): void {
  writer.begin();
  finish(writer, writePrefixAndHead(writer, head));
}

/** Fills in the lengths that stand before the head. */
function finish(writer: ByteWriter, headEnd: number): void {
  const start = writer.pieceStart;
  writer.uint32At(start, writer.position - start - 4);
  writer.uint16At(start + 4, headEnd - PREFIX_BYTES);
}

function writeInline(writer: ByteWriter, attachments: Attachments, refs: readonly AttachmentRef[]): void {
  attachments.forEach((bytes, index) => {
    if (typeof refs[index] !== 'number') return;
    writer.align(ATTACHMENT_ALIGNMENT);
    writer.raw(bytes);
  });
}

/** @throws SameboxError `UNENCODABLE` if somebody has taken one's memory away, in a getter say; `TOO_LARGE` */
function checkAttachments(attachments: Attachments): void {
  let bytes = 0;
  for (const { length } of attachments) {
    if (length === 0) throw broken();
    bytes += length;
  }
  if (bytes > REFERRED_BYTES)
    throw new SameboxError('TOO_LARGE', `${bytes} bytes of arrays in one message: at most ${REFERRED_BYTES}`);
}

/** The error for who releases an array that is being sent. */
export function broken(): SameboxError {
  return new SameboxError(
    'UNENCODABLE',
    'an array was released, or its memory moved elsewhere, while it was being sent: leave it alone until the call has settled',
  );
}

function over(name: keyof FrameLimits, value: number, limits: FrameLimits): SameboxError {
  const limit = limits[name];
  return new SameboxError(
    'TOO_LARGE',
    `${value} is over the other side's limit ${name} of ${limit}: send large data as one typed array`,
    { details: { limit: name, value, maximum: limit } },
  );
}
