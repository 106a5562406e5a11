import { SessionTable, type Owner, type Resumable } from '../../../daemon/session/session-table';

const ADA: Owner = { uid: 1000, pid: 50, stated: 50 };
const TOKEN = Uint8Array.from({ length: 32 }, (_, index) => index);

interface Known extends Resumable {
  attended: boolean;
  spare: boolean;
}

function table(...sessions: Partial<Known>[]): SessionTable<Known> {
  const all = new SessionTable<Known>();
  for (const session of sessions)
    all.add({
      id: all.nextId,
      token: TOKEN,
      owner: ADA,
      label: undefined,
      attended: false,
      spare: false,
      pid: 50,
      ...session,
    });
  return all;
}

test('a session is found by its number and its token, by the process that had it', () => {
  const all = table({}, { token: new Uint8Array(32) });
  expect(all.find({ id: 1, token: TOKEN }, ADA)).toMatchObject({ session: { id: 1 }, by: 'token' });
  expect(all.find({ id: 2, token: TOKEN }, ADA)).toBeUndefined();
  expect(all.find({ id: 3, token: TOKEN }, ADA)).toBeUndefined();
  expect(all.find({ id: 1, token: TOKEN.subarray(1) }, ADA)).toBeUndefined();
  for (const other of [{ uid: 1001 }, { pid: 51 }, { stated: 51 }, { uid: undefined }])
    expect(all.find({ id: 1, token: TOKEN }, { ...ADA, ...other })).toBeUndefined();
});

test('a named session is found by any process of its user, and by no other user', () => {
  const all = table({ label: 'notebook' });
  const process = { uid: 1000, pid: 77, stated: 77 };
  expect(all.find({ name: 'notebook' }, process)).toMatchObject({ session: { id: 1 }, by: 'name' });
  expect(all.find({ name: 'notebook' }, { ...process, uid: 0 })).toBeUndefined();
  expect(all.find({ name: 'other' }, process)).toBeUndefined();
});

test('the oldest session that nobody would miss makes room for another', () => {
  expect(table({}, { spare: true }, { spare: true }).oldestSpare()).toMatchObject({ id: 2 });
  expect(table({}).oldestSpare()).toBeUndefined();
});

test('a named session that has a client is denied to another one, unless he takes it', () => {
  const all = table({ label: 'notebook', attended: true });
  expect(() => all.find({ name: 'notebook' }, ADA)).toThrow(
    expect.objectContaining({ code: 'DENIED', details: { session: 'notebook', number: 1, pid: 50 } }),
  );
  expect(all.find({ name: 'notebook', steal: true }, ADA)).toMatchObject({ by: 'name' });
  expect(all.find({ name: 'notebook', id: 1, token: TOKEN }, ADA)).toMatchObject({ by: 'token' });
});
