// What a caller is told when a target threw, whatever it threw.
import { messageOf, SameboxError } from '../../src/errors';
import { DAEMON } from '../daemon-target';
import { readable } from '../guards/readable';

/**
 * The error of a call whose method threw.
 * @param aborted why nobody waited any more, if so: then that is what the call came to.
 */
export function callFailure(
  target: string,
  member: string,
  thrown: unknown,
  aborted: SameboxError | undefined,
): SameboxError {
  const details = { target, member };
  const cause = readable(thrown);
  if (target === DAEMON && SameboxError.is(cause)) return cause; // The daemon's own words.
  if (aborted !== undefined) return aborted.with({ ran: 'yes', details });
  if (SameboxError.is(cause)) {
    if (cause.code === 'INVALID_ARGUMENT' || cause.code === 'UNENCODABLE')
      return cause.with({ ran: 'yes', details });
  }
  const name = member === '' ? target : `${target}.${member}`; // A set is about several members.
  return new SameboxError('METHOD_FAILED', `${name}: ${sentence(cause)}`, { cause, details });
}

function sentence(thrown: unknown): string {
  const message = messageOf(thrown);
  if (typeof thrown !== 'object' || thrown === null)
    return `threw ${JSON.stringify(message)}, which is no Error`;
  const { name } = thrown as { name?: unknown };
  return typeof name === 'string' && name !== 'Error' ? `${name}: ${message}` : message;
}
