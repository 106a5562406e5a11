// Whom a box names, by their SIDs: those who may open its pipe on Windows.
import { SameboxError } from '../../src/errors';
import type * as Security from '../../src/native/security.windows';
import type { Box } from '../box/define-box';

/** Looks an account of this machine up. */
export type SidOf = (name: string) => string | undefined;

const SID_TEXT = /^S-1-\d+(-\d+)+$/i;

/**
 * Those whom the daemon is for: `allow`, if the box has it, else the group of its socket. As Windows' kernel doesn't tell who
 * calls, its pipe is where they are let in; rules of targets and methods refuse everybody.
 *
 * @throws SameboxError `INVALID_ARGUMENT` for a name that Windows doesn't know, and for numbers.
 */
export function pipeMembers(
  { allow, socket }: Pick<Box, 'allow' | 'socket'>,
  sidOf: SidOf = known,
): string[] {
  if (allow !== undefined) {
    return [
      ...allow.users.map((user) => sidNamed(user, 'defineBox(): allow.users', sidOf)),
      ...allow.groups.map((group) => sidNamed(group, 'defineBox(): allow.groups', sidOf)),
    ];
  }
  return socket.group === undefined ? [] : [sidNamed(socket.group, 'defineBox(): socket.group', sidOf)];
}

function known(name: string): string | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only Windows has it
  const { sidOfAccount } = require('../../src/native/security.windows') as typeof Security;
  return sidOfAccount(name);
}

function sidNamed(account: string | number, what: string, sidOf: SidOf): string {
  if (typeof account === 'string' && SID_TEXT.test(account)) return account.toUpperCase();
  const sid = typeof account === 'string' ? sidOf(account) : undefined;
  if (sid !== undefined) return sid;
  throw new SameboxError(
    'INVALID_ARGUMENT',
    `${what}: Windows knows no user or group ${JSON.stringify(account)}. Write a name (alice, LAB\\optics) or a SID, and ` +
      'correct the config.',
    { details: { option: what, account } },
  );
}
