import { Access, type AccessSurroundings } from '../../../daemon/access/access';
import { defineBox, type Box } from '../../../daemon/box/define-box';
import { expose } from '../../../daemon/box/expose';
import type { SameboxError } from '../../../src/errors';
import { FakeCall } from '../target/fake-calls';

const OWNER = 500;
const KNOWN: AccessSurroundings = {
  owner: OWNER,
  accounts: {
    userId: (name) => ({ alice: 1001, lab: OWNER })[name],
    groupId: (name) => ({ optics: 2001, lasers: 2002 })[name],
    userLabel: (uid) => (uid === OWNER ? 'lab' : `uid ${String(uid)}`),
    groupLabel: (gid) => `gid ${String(gid)}`,
  },
  blind: undefined,
  guardedDoor: false,
};
const BLIND: AccessSurroundings = { ...KNOWN, blind: 'native unavailable: for a test' };

const caller = (uid: number, ...groups: number[]) => ({
  name: 'scan.py',
  pid: 7,
  user: `uid ${String(uid)}`,
  credentials: { uid, gid: uid, groups: [uid, ...groups] },
});
const NOBODY = { name: 'scan.py', pid: 7, credentials: undefined };

class Stage {
  range = 1;
  moveTo(): void {}
}

function box(options: object = {}, exposed: object = {}): Box {
  return defineBox<Record<string, object>>({
    name: 'lab',
    ...options,
    targets: { stage: expose(new Stage(), exposed), open: new Stage() },
  });
}

function refusal(attempt: () => void): SameboxError | undefined {
  try {
    attempt();
  } catch (error) {
    return error as SameboxError;
  }
  return undefined;
}

test('a box without rules lets everybody in, also those whom the kernel does not name', () => {
  const access = new Access(box(), BLIND);
  access.enter(NOBODY);
  access.check(new FakeCall('moveTo', [], { target: 'stage' }).call, NOBODY);
  expect(access.warnings).toEqual([]);
});

test('on Windows the pipe lets in those of the daemon’s rule alone: who has come in passes it, and owns nothing', () => {
  const windows = { ...BLIND, accounts: undefined, guardedDoor: true };
  const access = new Access(box({ allow: { groups: ['optics'] } }, { allow: { users: ['alice'] } }), windows);
  access.enter(NOBODY);
  expect(refusal(() => access.checkTarget('stage', NOBODY))).toMatchObject({ code: 'DENIED' });
  expect(access.isOwner(NOBODY)).toBe(false);
  expect(new Access(box(), windows).isOwner(NOBODY)).toBe(true);
  expect(access.warnings).toHaveLength(1);
  expect(new Access(box({ allow: { groups: ['optics'] } }), windows).warnings).toEqual([]);
});

test('each rule that applies must admit the caller: the daemon’s, the target’s, the member’s', () => {
  const rules = { allow: { groups: ['optics'] }, allowMethods: { moveTo: { groups: ['lasers'] } } };
  const access = new Access(box({ allow: { users: ['alice'] } }, rules), KNOWN);
  const move = new FakeCall('moveTo', [], { target: 'stage' }).call;
  expect(refusal(() => access.enter(caller(1002, 2001)))?.message).toMatch(
    /^uid 1002 may not use the daemon "lab": that is for lab, root and alice\. Ask lab or root/,
  );
  access.enter(caller(1001));
  expect(refusal(() => access.check(move, caller(1001, 2002)))?.message).toMatch(/may not use stage: /);
  expect(refusal(() => access.check(move, caller(1001, 2001)))).toMatchObject({
    code: 'DENIED',
    ran: 'no',
    message: expect.stringMatching(/may not call stage\.moveTo: that is for lab, root and the group lasers/),
    details: { user: 'uid 1001', target: 'stage', member: 'moveTo' },
  });
  access.check(move, caller(1001, 2001, 2002));
  for (const other of ['open', '$daemon'])
    access.check(new FakeCall('moveTo', [], { target: other }).call, caller(1001));
});

test.each([
  ['an object', { range: 1 }],
  ['a map', new Map([['range', 1]])],
  ['a map with a key that only becomes the name', new Map([[['range'], 1]])],
  ['one of several properties', { other: 2, range: 1 }],
])('a set is checked by the names that will be set: %s', (_what, values) => {
  const access = new Access(box({}, { allowMethods: { range: { users: ['alice'] } } }), KNOWN);
  const set = new FakeCall('', [values], { target: 'stage', operation: 'set' }).call;
  expect(refusal(() => access.check(set, caller(1002)))).toMatchObject({
    code: 'DENIED',
    message: expect.stringContaining('may not set stage.range'),
  });
  access.check(set, caller(1001));
});

test('a set without properties, of a target with rules, is refused before it is asked who sets', () => {
  const access = new Access(box({}, { allowMethods: { range: {} } }), KNOWN);
  const set = new FakeCall('', [5], { target: 'stage', operation: 'set' }).call;
  expect(refusal(() => access.check(set, caller(1002)))?.code).toBe('INVALID_ARGUMENT');
});

test('where the kernel names nobody, rules refuse everybody, and that is said at the start', () => {
  const access = new Access(box({ allow: { users: ['alice'] } }), BLIND);
  expect(refusal(() => access.enter(NOBODY))?.message).toMatch(
    /^scan\.py \(pid 7, of an unknown user\) may not use .* The kernel does not tell who calls/,
  );
  expect(access.warnings).toEqual([expect.stringMatching(/for a test.*refused to everybody/)]);
});

test('rules for others behind a socket that is closed to them are said at the start', () => {
  const allow = { groups: ['optics'] };
  expect(new Access(box({ allow }), KNOWN).warnings).toEqual([expect.stringMatching(/closed to them/)]);
  expect(new Access(box({ allow, socket: { group: 2001 } }), KNOWN).warnings).toEqual([]);
  expect(new Access(box({ allow: {} }), KNOWN).warnings).toEqual([]);
});

test('the owner is the daemon’s user or root; without credentials, whoever comes through a socket closed to others', () => {
  const [own, shared] = [box(), box({ socket: { group: 2001 } })];
  for (const access of [new Access(own, KNOWN), new Access(shared, KNOWN)]) {
    expect([OWNER, 0, 1001].map((uid) => access.isOwner(caller(uid)))).toEqual([true, true, false]);
    expect(access.isOwner(NOBODY)).toBe(false);
  }
  expect(new Access(own, BLIND).isOwner(NOBODY)).toBe(true);
  expect(new Access(shared, BLIND).isOwner(NOBODY)).toBe(false);
  expect(refusal(() => new Access(own, KNOWN).requireOwner(caller(1001), 'stop the daemon'))?.message).toBe(
    'uid 1001 may not stop the daemon: that is for lab and root. Ask lab or root.',
  );
});

test('a name that the machine does not know keeps the daemon from starting, and says where it stands', () => {
  expect(refusal(() => new Access(box({ allow: { users: ['alcie'] } }), KNOWN))?.message).toMatch(
    /^defineBox\(\): allow\.users: this machine has no user "alcie"/,
  );
  const rules = { allowMethods: { moveTo: { groups: ['laser'] } } };
  expect(refusal(() => new Access(box({}, rules), KNOWN))?.message).toMatch(
    /^target "stage": allowMethods\.moveTo\.groups: this machine has no group "laser"/,
  );
});
