// What follows the head of a frame: the body, and the inline attachments at their places.
import { SameboxError } from '../errors';
import { ATTACHMENT_ALIGNMENT } from '../limits';
import { KIND, type AttachmentList, type AttachmentRef, type Head } from './heads';

const NOTHING: readonly Uint8Array[] = [];
const NO_LIST: AttachmentList = [];

/** The attachment list of a head; empty for kinds that have none. */
export function attachmentsOf(head: Head): AttachmentList {
  switch (head[0]) {
    case KIND.call:
    case KIND.result:
    case KIND.error:
    case KIND.item:
      return head[head.length - 1] as AttachmentList;
    default:
      return NO_LIST;
  }
}

/**
 * Splits what follows the head. Attachments are copied out, so that each has an ArrayBuffer of its own.
 * @throws SameboxError `PROTOCOL` if the lengths of the head don't give those of the frame.
 */
export function splitFrame(
  bytes: Buffer,
  start: number,
  headEnd: number,
  end: number,
  head: Head,
): { body: Buffer; inline: readonly Uint8Array[] } {
  const list = attachmentsOf(head);
  if (list.length === 0) return { body: bytes.subarray(headEnd, end), inline: NOTHING };
  const [bodyLength, ...refs] = list as readonly [number, ...AttachmentRef[]];
  if (bodyLength > end - headEnd) throw mismatch();
  let at = headEnd + bodyLength;
  const body = bytes.subarray(headEnd, at);
  const inline: Uint8Array[] = [];
  for (const length of refs) {
    if (typeof length !== 'number') continue;
    at += -(at - start) & (ATTACHMENT_ALIGNMENT - 1);
    if (length > end - at) throw mismatch();
    const own = new Uint8Array(length);
    own.set(bytes.subarray(at, at + length));
    inline.push(own);
    at += length;
  }
  if (at !== end) throw mismatch();
  return { body, inline };
}

function mismatch(): SameboxError {
  return new SameboxError('PROTOCOL', 'a frame whose lengths do not add up');
}
