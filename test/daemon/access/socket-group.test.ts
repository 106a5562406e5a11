import { socketGroup } from '../../../daemon/access';
import { groupId } from '../../../src/native';
import { IS_WINDOWS } from '../../../src/os';

const posix = IS_WINDOWS ? test.skip : test;

posix('a socket’s group is a name or a number of this machine', () => {
  expect(socketGroup({ socket: { group: undefined } })).toBeUndefined();
  expect(socketGroup({ socket: { group: 12345 } })).toBe(12345);
  expect(socketGroup({ socket: { group: 'daemon' } })).toBe(groupId('daemon'));
  expect(() => socketGroup({ socket: { group: 'no-such-group' } })).toThrow(
    /^defineBox\(\): socket\.group: this machine has no group "no-such-group"/,
  );
});
