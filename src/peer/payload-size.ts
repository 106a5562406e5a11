// How much a frame's payload weighs, for credit and limits.

import type { Attachment } from '../cbor/decode';

/** Bytes of a body and its attachments. */
export function payloadSize(body: Uint8Array, attachments: readonly Attachment[]): number {
  let bytes = body.length;
  for (const attachment of attachments) if (ArrayBuffer.isView(attachment)) bytes += attachment.length;
  return bytes;
}
