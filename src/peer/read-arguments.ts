// The arguments of a call, from its body.
import { decodeValue, type Attachment } from '../cbor/decode';
import { SameboxError } from '../errors';
import type { Limits } from '../limits';

/** @throws SameboxError `PROTOCOL`, `TOO_LARGE`; or an attachment that can't be had. */
export function readArguments(
  body: Buffer,
  attachments: readonly Attachment[],
  limits: Pick<Limits, 'depth' | 'items'>,
): unknown[] {
  const args = decodeValue(body, attachments, limits);
  if (!Array.isArray(args)) throw new SameboxError('PROTOCOL', 'the body of a call must be an array');
  return args;
}
