// A socket that a group may connect to: its modes at every moment, and who comes as far as it.
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type * as FileSystem from 'node:fs';
import { Server } from 'node:net';
import { join } from 'node:path';
import { listenAt, reachNotes } from '../../../daemon/listen';
import { closedTo } from '../../../daemon/listen/group-reach.unix';
import { resolveForListening } from '../../../src/endpoint';

jest.mock('node:fs', () => ({ ...jest.requireActual<typeof FileSystem>('node:fs') }));
const fs = jest.requireMock<typeof FileSystem>('node:fs');

const asRoot = process.geteuid?.() === 0 ? test : test.skip;
const OPTICS = 41100;

let folder: string;
beforeEach(() => (folder = mkdtempSync('/tmp/sb-')));
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

asRoot('the socket is never open to another group than its own, from its first moment on', async () => {
  const path = join(folder, 'lab.sock');
  const moments: [number, number][] = [];
  const look = (): void => {
    const { mode, gid } = lstatSync(path);
    moments.push([mode & 0o777, gid]);
  };
  const watch = (on: object, name: string): void => {
    const real = (on as Record<string, (...args: never[]) => unknown>)[name] as () => unknown;
    jest.spyOn(on as Record<string, () => unknown>, name).mockImplementation(function (
      this: unknown,
      ...args
    ) {
      const value = Reflect.apply(real, this, args);
      look();
      return value;
    });
  };
  watch(Server.prototype, 'listen');
  watch(fs, 'lchownSync');
  watch(fs, 'chmodSync');
  const mask = process.umask(0);
  const listener = await listenAt(resolveForListening(path), { connection: () => undefined, group: OPTICS });
  process.umask(mask);
  await listener.release();
  expect(moments).toEqual([
    [0o700, 0],
    [0o700, OPTICS],
    [0o660, OPTICS],
  ]);
});

asRoot('a directory on the way that is closed to the group is found, and said', () => {
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  chmodSync(folder, 0o755);
  const path = join(inner, 'lab.sock');
  const endpoint = { label: path, path, lockPath: `${path}.lock` };
  expect(closedTo(OPTICS, path)).toBeUndefined();
  expect(reachNotes(endpoint, OPTICS)).toEqual([
    { level: 'info', text: 'Members of the group gid 41100 may connect.' },
  ]);
  chmodSync(folder, 0o710);
  expect(closedTo(OPTICS, path)).toBe(folder);
  expect(reachNotes(endpoint, OPTICS)[1]).toMatchObject({
    level: 'warn',
    text: expect.stringContaining(`${folder} is closed to them`),
  });
  chownSync(folder, 0, OPTICS);
  expect(closedTo(OPTICS, path)).toBeUndefined();
  // What the group is denied, its members don't get as others.
  chmodSync(folder, 0o705);
  expect(closedTo(OPTICS, path)).toBe(folder);
});

asRoot('where names aren’t looked for by others, the log says to give the path', () => {
  const endpoint = resolveForListening(
    'lab',
    { os: 'linux', env: { SAMEBOX_RUNTIME_DIR: folder }, uid: 0, user: '' },
    OPTICS,
  );
  expect(reachNotes(endpoint, OPTICS).map(({ text }) => text)).toContainEqual(
    expect.stringContaining(`have to give the path, ${endpoint.path}`),
  );
});
