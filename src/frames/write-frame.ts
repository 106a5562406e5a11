// One frame to bytes: lengths, head, body, inline attachments.
import { encodeValue, type Attachments, type ByteWriter } from '../cbor';
import { SameboxError } from '../errors';
import { ATTACHMENT_ALIGNMENT, INLINE_THRESHOLD, INLINE_TOTAL, type Limits } from '../limits';
import { writeHead } from './head-codec';
import type { AttachmentList, AttachmentRef, Head } from './heads';

/** What one reference takes of a head at most. */
const REF_BYTES = 20;

/** Bytes before the head: the frame's length and the head's. */
export const PREFIX_BYTES = 6;

/** A body that is encoded already. Its attachments still belong to whoever made it. */
export interface EncodedBody {
  readonly bytes: Buffer;
  readonly attachments: Attachments;
}

/** A value to be encoded as the body; `root` names it in errors. */
export interface BodyValue {
  readonly value: unknown;
  readonly root: string;
}

/** Takes an attachment that is too large for its frame, and gives the number of its transfer. */
export type OpenTransfer = (bytes: Uint8Array) => number;

/** What the receiver of a frame takes. */
export type FrameLimits = Pick<Limits, 'frameBytes' | 'headBytes' | 'attachments'>;

/** The attachment list of a head that is to be written: filled in when the body is known. */
export const NO_ATTACHMENTS: AttachmentList = [];

/**
 * Writes one frame; on any error nothing of it remains but the transfers that it opened.
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
  openTransfer: OpenTransfer,
): EncodedBody {
  writer.begin();
  try {
    let bodyAt = writePrefixAndHead(writer, head);
    const attachments = writeBody(writer, body);
    const bodyLength = writer.position - writer.pieceStart - bodyAt;
    check('frameBytes', bodyAt + bodyLength, limits);
    check('attachments', attachments.length, limits);
    if (attachments.length > 0) {
      const room = limits.frameBytes - bodyAt - bodyLength;
      const refs = placeAttachments(attachments, room, openTransfer);
      bodyAt = moveBody(writer, head, bodyAt, [bodyLength, ...refs]);
      writeInline(writer, attachments, refs);
    }
    check('headBytes', bodyAt - PREFIX_BYTES, limits);
    const start = writer.pieceStart;
    check('frameBytes', writer.position - start, limits);
    writer.uint32At(start, writer.position - start - 4);
    writer.uint16At(start + 4, bodyAt - PREFIX_BYTES);
    return { bytes: writer.bytes.subarray(start + bodyAt, start + bodyAt + bodyLength), attachments };
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

function writeBody(writer: ByteWriter, body: BodyValue | EncodedBody | undefined): Attachments {
  if (body === undefined) return [];
  if ('bytes' in body) {
    writer.raw(body.bytes);
    return body.attachments;
  }
  const attachments: Attachments = [];
  encodeValue(writer, body.value, attachments, body.root);
  return attachments;
}

/** Decides for each attachment whether it goes inline or in chunks. `room` is what the frame has left. */
function placeAttachments(
  attachments: Attachments,
  room: number,
  openTransfer: OpenTransfer,
): AttachmentRef[] {
  let inline = 0;
  let left = room - (attachments.length + 1) * REF_BYTES;
  return attachments.map((bytes) => {
    const { length } = bytes;
    const padded = length + ATTACHMENT_ALIGNMENT;
    if (length > INLINE_THRESHOLD || inline + length > INLINE_TOTAL || padded > left)
      return [openTransfer(bytes), length];
    inline += length;
    left -= padded;
    return length;
  });
}

/** Writes the head again, now with its attachments, and the body after it. Returns where the body begins now. */
function moveBody(writer: ByteWriter, head: Head, bodyAt: number, list: AttachmentList): number {
  const body = Buffer.from(writer.bytes.subarray(writer.pieceStart + bodyAt, writer.position));
  writer.abort();
  const movedTo = writePrefixAndHead(writer, [...head.slice(0, -1), list] as unknown as Head);
  writer.raw(body);
  return movedTo;
}

function writeInline(writer: ByteWriter, attachments: Attachments, refs: readonly AttachmentRef[]): void {
  attachments.forEach((bytes, index) => {
    if (typeof refs[index] !== 'number') return;
    writer.align(ATTACHMENT_ALIGNMENT);
    writer.raw(bytes);
  });
}

function check(name: keyof FrameLimits, value: number, limits: FrameLimits): void {
  const limit = limits[name];
  if (value <= limit) return;
  throw new SameboxError(
    'TOO_LARGE',
    `${value} is over the other side's limit ${name} of ${limit}: send large data as one typed array`,
    { details: { limit: name, value, maximum: limit } },
  );
}
