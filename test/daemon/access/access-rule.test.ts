import { AccessRule, isOwner } from '../../../daemon/access/access-rule';
import { resolveRule, type Accounts } from '../../../daemon/access/resolve-rule';

const OWNER = 500;
const rule = new AccessRule(new Map([[1001, 'alice']]), new Map([[2001, 'optics']]), OWNER);
const peer = (uid: number, ...groups: number[]) => ({ uid, gid: groups[0] ?? uid, groups });

test('a rule admits its users, and members of its groups whichever group that is for them', () => {
  expect(rule.admits(peer(1001))).toBe(true);
  expect(rule.admits(peer(1002, 2001))).toBe(true);
  expect(rule.admits(peer(1002, 1002, 3000, 2001))).toBe(true);
  expect(rule.admits(peer(1002, 1002, 3000))).toBe(false);
});

test('a number is a user or a group, never both', () => {
  expect(rule.admits(peer(2001, 1001))).toBe(false);
});

test('the daemon’s own user and root pass every rule, also an empty one', () => {
  const empty = new AccessRule(new Map(), new Map(), OWNER);
  for (const one of [rule, empty]) {
    expect(one.admits(peer(OWNER))).toBe(true);
    expect(one.admits(peer(0))).toBe(true);
  }
  expect(empty.admits(peer(1001, 0))).toBe(false); // The group root is not root.
});

test('without credentials nobody passes, and nobody is the owner', () => {
  expect(rule.admits(undefined)).toBe(false);
  expect(isOwner(undefined, OWNER)).toBe(false);
});

describe('names in a config', () => {
  const accounts: Accounts = {
    userId: (name) => ({ alice: 1001 })[name],
    groupId: (name) => ({ optics: 2001 })[name],
    userLabel: (uid) => `user ${String(uid)}`,
    groupLabel: (gid) => `group ${String(gid)}`,
  };

  test('names and numbers become numbers, and stay what the config calls them where it names them', () => {
    const made = resolveRule({ users: ['alice', 7], groups: ['optics', 8] }, 'x', OWNER, accounts);
    for (const allowed of [peer(1001), peer(7), peer(9, 2001), peer(9, 8)])
      expect(made.admits(allowed)).toBe(true);
    expect(made.names).toEqual(['alice', 'user 7', 'the group optics', 'the group group 8']);
  });

  test.each([
    [{ users: ['alcie'], groups: [] }, /^x\.users: this machine has no user "alcie"\. Make it \(useradd\)/],
    [
      { users: [], groups: ['alice'] },
      /^x\.groups: this machine has no group "alice"\. Make it \(groupadd\)/,
    ],
    [{ users: ['1001'], groups: [] }, /write it without quotes: 1001/],
  ])('a name that the machine does not know is refused: %j', (lists, message) => {
    expect(() => resolveRule(lists, 'x', OWNER, accounts)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });

  test('where no accounts can be had, names stand for nobody', () => {
    const made = resolveRule({ users: ['anybody'], groups: [2001] }, 'x', OWNER, undefined);
    expect(made.admits(peer(1001, 2001))).toBe(false);
  });
});
