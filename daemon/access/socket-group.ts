// The group that a box lets connect, by number.
import { SameboxError } from '../../src/errors';
import type { Box } from '../box/define-box';
import { groupNumber, MACHINE, type Accounts } from './resolve-rule';

/**
 * The number of the group in `socket: { group }`; `undefined` if there is none.
 * @throws SameboxError `INVALID_ARGUMENT` for a group that the machine doesn't know, and on Windows.
 */
export function socketGroup(
  { socket: { group } }: Pick<Box, 'socket'>,
  accounts: Accounts | undefined = MACHINE,
): number | undefined {
  if (group === undefined) return undefined;
  if (accounts !== undefined) return groupNumber(group, 'defineBox(): socket.group', accounts);
  throw new SameboxError(
    'INVALID_ARGUMENT',
    "defineBox(): socket.group: a Windows pipe is its user's alone, and can't be given to a group.",
  );
}
