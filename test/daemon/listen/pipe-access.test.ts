// Who may open a daemon's pipe on Windows.
import { pipeAccess } from '../../../daemon/listen/pipe-access';

const OWN = 'S-1-5-21-1-2-3-1000';

test('a pipe is open to the system, administrators and its own user, and closed to all others', () => {
  expect(pipeAccess(OWN, [])).toBe(`O:${OWN}D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${OWN})`);
});

test('those whom a box names may read and write, but make no instance of the pipe', () => {
  const access = pipeAccess(OWN, ['S-1-5-32-545', 'S-1-5-32-545']);
  const given = /D:P(?:\(A;;FA;;;[^)]+\)){3}\(A;;(0x[0-9a-f]+);;;S-1-5-32-545\)$/.exec(access)?.[1];
  const [READ_DATA, WRITE_DATA, CREATE_INSTANCE, CHANGE_ACCESS] = [0x1, 0x2, 0x4, 0x40000];
  expect(Number(given) & (READ_DATA | WRITE_DATA)).toBe(READ_DATA | WRITE_DATA);
  expect(Number(given) & (CREATE_INSTANCE | CHANGE_ACCESS)).toBe(0);
});
