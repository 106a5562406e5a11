// What a caller is told of a call whose answer didn't come, or can't be read.
import { decodeValue, type Attachment } from '../cbor/decode';
import { SameboxError } from '../errors';
import type { Limits } from '../limits';
import type { CompleteFrame } from './arrivals';
import type { PendingCall } from './pending-call';

/** How errors call what isn't the answer of a call. */
export const AN_ITEM = { name: 'an item' };
export const PROGRESS = { name: 'progress' };

/** The value of an answer to `of`, or why it can't be read: a bad body fails one call only. */
export function readAnswer(
  of: { readonly name: string },
  { body, attachments }: CompleteFrame,
  limits: Pick<Limits, 'depth' | 'items'>,
): { readonly value?: unknown; readonly error?: SameboxError } {
  try {
    return { value: decodeValue(body, attachments, limits) };
  } catch (error) {
    const reason = attachments.includes(error as Attachment)
      ? memoryLost(of.name, error as SameboxError)
      : error;
    return { error: SameboxError.from(reason).with({ ran: 'yes', details: { call: of.name } }) };
  }
}

/** What was answered lies in memory that can't be had: its owner may have died right after answering. */
function memoryLost(name: string, cause: SameboxError): SameboxError {
  const message = `${name} was answered, but the answer can't be read: ${cause.message}`;
  return new SameboxError('OUTCOME_UNKNOWN', message, { cause });
}

export function cancelled(name: string, signal: AbortSignal | undefined): SameboxError {
  return new SameboxError('CANCELLED', `${name} was cancelled`, { cause: signal?.reason });
}

export function timedOut(name: string, timeout: number): SameboxError {
  return new SameboxError('TIMEOUT', `${name} has no answer after ${Math.round(timeout)} ms`, {
    details: { timeout },
  });
}

/** The session was taken up again, but the other side holds nothing of the call, and it can't be sent again. */
export function nothingHeld(name: string, cause?: SameboxError): SameboxError {
  return new SameboxError('OUTCOME_UNKNOWN', `${name} may have run, but the daemon holds nothing of it`, {
    ran: 'maybe',
    ...(cause && { cause }),
  });
}

/** A call that can't be sent, or not in full: it did not run, unless it was sent before. */
export function neverSent({ name, ran }: PendingCall, reason: SameboxError): SameboxError {
  return ran === 'maybe'
    ? nothingHeld(name, reason)
    : reason.with({ ran: 'no', details: { ...reason.details, call: name } });
}
