// Directories that a group passes through on its way to a socket, and directories of root.
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  candidatesForConnecting,
  checkEndpoint,
  ensurePrivateDirectory,
  here,
  resolveForListening,
  type Surroundings,
} from '../../../src/endpoint';
import { checkSystemDirectory } from '../../../src/endpoint/private-directory.unix';

const asRoot = process.geteuid?.() === 0 ? test : test.skip;
const OPTICS = 41100;
const ALICE = 41001;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/sb-');
  path = join(folder, 'samebox');
});
afterEach(() => rmSync(folder, { recursive: true }));

const found = (): number[] => {
  const { mode, uid, gid } = lstatSync(path);
  return [mode & 0o7777, uid, gid];
};
const at = (uid: number, env: Surroundings['env'] = { SAMEBOX_RUNTIME_DIR: path }): Surroundings => ({
  ...here(),
  uid,
  env,
});
const denied = (message: RegExp): Error =>
  expect.objectContaining({ code: 'DENIED', message: expect.stringMatching(message) as string }) as Error;
const check = (uid: number): void => {
  const [candidate] = candidatesForConnecting('lab', at(uid));
  checkEndpoint(candidate as never, at(uid));
};

asRoot('a directory is opened to one group, which passes through it and no more', () => {
  ensurePrivateDirectory(path, 0, OPTICS);
  expect(found()).toEqual([0o710, 0, OPTICS]);
  ensurePrivateDirectory(path, 0, OPTICS);
  expect(found()).toEqual([0o710, 0, OPTICS]);
});

asRoot('a daemon without a group leaves the way that another one opened', () => {
  ensurePrivateDirectory(path, 0, OPTICS);
  ensurePrivateDirectory(path, 0);
  expect(found()).toEqual([0o710, 0, OPTICS]);
});

asRoot.each([0o770, 0o750, 0o711, 0o777])('rights beyond that are taken away: %o', (mode) => {
  mkdirSync(path);
  chownSync(path, 0, OPTICS);
  chmodSync(path, mode);
  ensurePrivateDirectory(path, 0);
  expect(found()).toEqual([0o700, 0, OPTICS]);
  ensurePrivateDirectory(path, 0, OPTICS);
  expect(found()).toEqual([0o710, 0, OPTICS]);
});

asRoot('a directory is not taken from one group for another', () => {
  ensurePrivateDirectory(path, 0, OPTICS);
  expect(() => ensurePrivateDirectory(path, 0, 41200)).toThrow(
    denied(/open to the group gid 41100, and can't be to gid 41200 as well\. .*chmod 700/),
  );
  expect(found()).toEqual([0o710, 0, OPTICS]);
});

asRoot('a client trusts a directory of its own or of root, if nobody else may write there', () => {
  ensurePrivateDirectory(path, 0, OPTICS);
  expect(() => check(ALICE)).not.toThrow();
  chmodSync(path, 0o730);
  expect(() => check(ALICE)).toThrow(denied(/lets other users write/));
  chmodSync(path, 0o710);
  chownSync(path, 41002, OPTICS);
  expect(() => check(ALICE)).toThrow(denied(/belongs to uid 41002, not to uid 41001/));
  expect(() => check(0)).toThrow(denied(/belongs to uid 41002/));
});

asRoot('a link of root’s making is no directory of root’s', () => {
  mkdirSync(join(folder, 'real'));
  symlinkSync(join(folder, 'real'), path);
  expect(() => check(ALICE)).toThrow(denied(/is a link/));
});

asRoot('the system’s directory may belong to whom root gave it, but not be open to everybody', () => {
  expect(() => checkSystemDirectory(path)).not.toThrow();
  mkdirSync(path);
  chownSync(path, 41002, OPTICS);
  chmodSync(path, 0o770);
  expect(() => checkSystemDirectory(path)).not.toThrow();
  chmodSync(path, 0o1777);
  expect(() => checkSystemDirectory(path)).toThrow(denied(/anybody could pretend to be a daemon there/));
});

asRoot('a socket for a group goes where the group can come: not into a session’s directory', () => {
  const env = { XDG_RUNTIME_DIR: folder };
  const own = at(ALICE, env);
  chownSync(folder, ALICE, ALICE);
  // Of nobody's session, nor of root: /run/samebox isn't touched.
  expect(
    resolveForListening('lab', { ...own, uid: 0, env: { SAMEBOX_RUNTIME_DIR: path } }, OPTICS),
  ).toMatchObject({
    path: join(path, 'lab.sock'),
    directory: { kind: 'own' },
  });
  expect(found()).toEqual([0o710, 0, OPTICS]);
});
