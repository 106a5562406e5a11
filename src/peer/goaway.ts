// The body of a goaway: why the other side leaves, as an error.
import { decodeValue } from '../cbor';
import { CATALOGUE, isErrorCode, SameboxError } from '../errors';

/** Reads it; what can't be read is still a goaway. */
export function readGoaway(code: string, body: Buffer): SameboxError {
  const known = isErrorCode(code) ? code : 'PROTOCOL';
  let details: Record<string, unknown> = {};
  try {
    const value = decodeValue(body);
    if (typeof value === 'object' && value !== null) details = { ...value };
  } catch {
    details = { body: 'unreadable' };
  }
  const message = typeof details['message'] === 'string' ? details['message'] : CATALOGUE[known].means;
  return new SameboxError(known, message, { details });
}
