// Whom a box names for its pipe on Windows.
import { pipeMembers } from '../../../daemon/access/pipe-members';
import { defineBox } from '../../../daemon/box/define-box';

const KNOWN: Readonly<Record<string, string>> = { alice: 'S-1-5-21-1-1001', optics: 'S-1-5-21-1-2001' };
const members = (options: object): string[] =>
  pipeMembers(defineBox<Record<string, object>>({ ...options, targets: {} }), (name) => KNOWN[name]);

test('`allow` names users and groups; without it, the group of the socket is meant; without both, nobody', () => {
  expect(members({ allow: { users: ['alice'], groups: ['optics'] } })).toEqual([KNOWN.alice, KNOWN.optics]);
  expect(members({ socket: { group: 'optics' } })).toEqual([KNOWN.optics]);
  expect(members({ allow: { users: ['alice'] }, socket: { group: 'optics' } })).toEqual([KNOWN.alice]);
  expect(members({})).toEqual([]);
});

test('a SID stands for itself: names of groups differ with the language of Windows', () => {
  expect(members({ allow: { groups: ['s-1-5-32-545'] } })).toEqual(['S-1-5-32-545']);
});

test.each([
  [{ allow: { users: ['bob'] } }, /allow\.users: Windows knows no user or group "bob"/],
  [{ allow: { groups: [1001] } }, /allow\.groups: Windows knows no user or group 1001/],
  [{ socket: { group: 'S-1-' } }, /socket\.group: Windows knows no user or group "S-1-"/],
])('%j is refused', (options, message) => {
  expect(() => members(options)).toThrow(message);
});
