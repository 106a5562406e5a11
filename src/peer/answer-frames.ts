// The frames of answers: their heads, and what an error says.
import { SameboxError } from '../errors';
import type { EncodedBody } from '../frames/encoded-body';
import { NO_ATTACHMENTS } from '../frames/write-frame';
import { FLAG, KIND, type EndHead, type ErrorHead, type ItemHead, type ResultHead } from '../frames/heads';
import { encodeApart } from './encode-apart';
import { errorToWire } from './error-body';
import type { IncomingCall } from './incoming-call';

export function resultHead(id: number): ResultHead {
  return [KIND.result, id, FLAG.yours, NO_ATTACHMENTS];
}

export function streamHead(id: number): ResultHead {
  return [KIND.result, id, FLAG.yours | FLAG.stream, NO_ATTACHMENTS];
}

export function itemHead(id: number, channel: number, sequence: number): ItemHead {
  return [KIND.item, id, FLAG.yours, channel, sequence, NO_ATTACHMENTS];
}

export function endHead(id: number, channel: number, count: number): EndHead {
  return [KIND.end, id, FLAG.yours, channel, count];
}

export function errorHead(id: number, error: SameboxError): ErrorHead {
  return [KIND.error, id, FLAG.yours, error.code, error.ran, NO_ATTACHMENTS];
}

/** What an error says; without its details where they can't be encoded. */
export function errorBody(error: SameboxError): EncodedBody {
  const { message, ...rest } = errorToWire(error);
  try {
    return encodeApart({ value: { message, ...rest }, root: 'error' });
  } catch {
    return encodeApart({ value: { message, details: {} }, root: 'error' });
  }
}

/** Nothing is held of a call that has run. */
export function notKept(id: number): SameboxError {
  return new SameboxError('OUTCOME_UNKNOWN', `call ${id} has run, but its answer is no longer held`, {
    ran: 'yes',
  });
}

/** A call that is claimed and was never begun, or of which nothing is held any more but that it was not. */
export function hasNotRun(id: number): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', `there is no call ${id} in this session, and none has run`, {
    ran: 'no',
  });
}

/** An error that says whose it is. */
export function named({ target, member }: IncomingCall, error: SameboxError): SameboxError {
  return error.with({ details: { target, member, ...error.details } }); // `$daemon` may speak of another target.
}
