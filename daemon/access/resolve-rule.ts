// From names in a config to the numbers that the kernel reports.
import { SameboxError } from '../../src/errors';
import { groupId, groupLabel, userId, userLabel } from '../../src/native';
import { IS_WINDOWS } from '../../src/os';
import type { AllowLists } from '../box/allow';
import { AccessRule, type Named, type OwnerId } from './access-rule';

/** Who knows the machine's users and groups. */
export interface Accounts {
  readonly userId: (name: string) => number | undefined;
  readonly groupId: (name: string) => number | undefined;
  readonly userLabel: (uid: number) => string;
  readonly groupLabel: (gid: number) => string;
}

/** Those of this machine. Windows names no peers: there, names stand for nobody. */
export const MACHINE: Accounts | undefined = IS_WINDOWS
  ? undefined
  : { userId, groupId, userLabel, groupLabel };

/**
 * @param what names the option, for messages.
 * @param accounts without them, the rule lists nobody.
 * @throws SameboxError `INVALID_ARGUMENT` for a name that the machine doesn't know.
 */
export function resolveRule(
  { users, groups }: AllowLists,
  what: string,
  owner: OwnerId,
  accounts: Accounts | undefined,
): AccessRule {
  if (accounts === undefined) return new AccessRule(new Map(), new Map(), owner);
  const named = (given: AllowLists['users'], number: (one: string | number) => number, label: Label): Named =>
    new Map(
      given.map((one) => {
        const id = number(one);
        return [id, typeof one === 'string' ? one : label(id)];
      }),
    );
  return new AccessRule(
    named(users, (one) => userNumber(one, `${what}.users`, accounts), accounts.userLabel),
    named(groups, (one) => groupNumber(one, `${what}.groups`, accounts), accounts.groupLabel),
    owner,
  );
}

type Label = (id: number) => string;

function userNumber(user: string | number, what: string, accounts: Accounts): number {
  if (typeof user === 'number') return user;
  return accounts.userId(user) ?? unknown('user', user, what);
}

/** The number of a group. @throws SameboxError `INVALID_ARGUMENT` if the machine doesn't know it. */
export function groupNumber(group: string | number, what: string, accounts: Accounts): number {
  if (typeof group === 'number') return group;
  return accounts.groupId(group) ?? unknown('group', group, what);
}

function unknown(kind: 'user' | 'group', name: string, what: string): never {
  const make = kind === 'user' ? 'useradd' : 'groupadd';
  const hint = /^\d+$/.test(name)
    ? `If it is a number, write it without quotes: ${name}`
    : `Make it (${make})`;
  throw new SameboxError(
    'INVALID_ARGUMENT',
    `${what}: this machine has no ${kind} "${name}". ${hint}, or correct the config.`,
    { details: { option: what, [kind]: name } },
  );
}
