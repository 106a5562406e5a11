// The group that a box lets connect, by number.
import type { Box } from '../box/define-box';
import { groupNumber, MACHINE, type Accounts } from './resolve-rule';

/**
 * The number of the group in `socket: { group }`; `undefined` if there is none, and on Windows, where pipes are opened to SIDs.
 * @throws SameboxError `INVALID_ARGUMENT` for a group that the machine doesn't know.
 */
export function socketGroup(
  { socket: { group } }: Pick<Box, 'socket'>,
  accounts: Accounts | undefined = MACHINE,
): number | undefined {
  if (group === undefined || accounts === undefined) return undefined;
  return groupNumber(group, 'defineBox(): socket.group', accounts);
}
