// How much a frame's payload weighs, for credit and limits.

/** Bytes of a body and its attachments. */
export function payloadSize(body: Uint8Array, attachments: readonly Uint8Array[]): number {
  let bytes = body.length;
  for (const attachment of attachments) bytes += attachment.length;
  return bytes;
}
