// The body of a goaway: why a side leaves, as an error.
import { CATALOGUE, isErrorCode, SameboxError } from '../errors';
import type { BodyValue } from '../frames';
import { errorToWire, readErrorBody } from './error-body';

/** The body for `reason`: what an error's has, without a cause. */
export function goawayBody(reason: SameboxError): BodyValue {
  const { message, details } = errorToWire(reason);
  return { value: { message, details }, root: 'goaway' };
}

/** Reads it; what can't be read is still a goaway. */
export function readGoaway(code: string, body: Buffer): SameboxError {
  const known = isErrorCode(code) ? code : 'PROTOCOL';
  const { message = CATALOGUE[known].means, details } = readErrorBody(body);
  return new SameboxError(known, message, { details: { ...details, ...(known !== code && { code }) } });
}
