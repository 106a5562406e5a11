// A call that keeps its thread until it has an outcome.
import { SameboxError } from '../errors';
import type { Caller } from './caller';
import { systemClock } from './clock';
import type { Connection } from './connection';
import { PendingCall, type CallRequest } from './pending-call';

/**
 * Makes a call and gives its outcome, without a turn of the event loop: the connection, which has a lane, is read on this thread.
 * @param request without a signal and without retry: nobody could abort it, and nothing connects anew.
 * @throws SameboxError what `Caller.call` would reject with.
 */
export function callBlocking(caller: Caller, connection: Connection, request: CallRequest): unknown {
  let outcome: { readonly value?: unknown; readonly error?: SameboxError } | undefined;
  const now = systemClock.now();
  const call = new PendingCall(
    request,
    now + request.timeout,
    undefined,
    (value) => (outcome = { value }),
    (error) => (outcome = { error }),
  );
  const { deadlines } = caller;
  connection.blockUntil({
    begin: () => {
      try {
        caller.make(call, now);
      } catch (error) {
        throw SameboxError.from(error);
      }
      deadlines.insert(call);
    },
    done: () => outcome !== undefined,
    tick: (later) => {
      deadlines.expire(later);
      return deadlines.earliest;
    },
  });
  if (outcome === undefined) caller.lose(connection.lost, (one) => one === call);
  if (outcome?.error !== undefined) throw outcome.error;
  return outcome?.value;
}
