import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSource, defaultSource, loadSecret } from '../../src/secret-source';
import { IS_WINDOWS } from '../../src/os';
import { Secret } from '../../src/secret';

const TEXT = 'correct horse battery staple';
const posix = IS_WINDOWS ? test.skip : test;
const asRoot = process.geteuid?.() === 0 ? test : test.skip;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samebox-secret-'));
  path = join(folder, 'lab.secret');
  writeFileSync(path, TEXT, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const exchange = {
  daemonNonce: new Uint8Array(32),
  clientNonce: new Uint8Array(32),
  hello: new Uint8Array(32),
};
const isText = (secret: Secret): boolean =>
  secret.proves('client', exchange, new Secret(Buffer.from(TEXT)).proof('client', exchange));
const refused = (code: string, message: RegExp): Error =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

test.each(['', '\n', '\r\n'])('a secret is a file’s bytes but for one line end (%j)', (end) => {
  writeFileSync(path, TEXT + end);
  expect(isText(loadSecret({ file: path }))).toBe(true);
});

test('only the last line end is none of the secret’s', () => {
  writeFileSync(path, `${TEXT}\n\n`);
  expect(isText(loadSecret({ file: path }))).toBe(false);
});

test('a secret may stand in the environment', () => {
  expect(isText(loadSecret({ env: 'LAB' }, { LAB: TEXT }))).toBe(true);
  expect(() => loadSecret({ env: 'LAB' }, {})).toThrow(refused('INVALID_ARGUMENT', /LAB is not set/));
});

posix.each([0o640, 0o604, 0o610, 0o601, 0o620])(
  'a file that others have rights to is refused: %o',
  (mode) => {
    chmodSync(path, mode);
    expect(() => loadSecret({ file: path })).toThrow(
      refused('DENIED', /reached by others\. Close it: chmod 600/),
    );
  },
);

posix('a link is refused, wherever it leads', () => {
  symlinkSync(path, join(folder, 'link'));
  expect(() => loadSecret({ file: join(folder, 'link') })).toThrow(refused('DENIED', /is a link/));
});

posix('what is no plain file is refused, and a pipe that nobody writes to holds nobody up', () => {
  mkdirSync(join(folder, 'd'), { mode: 0o700 });
  expect(() => loadSecret({ file: join(folder, 'd') })).toThrow(refused('DENIED', /not a plain file/));
  execFileSync('mkfifo', ['-m', '600', join(folder, 'fifo')]);
  expect(() => loadSecret({ file: join(folder, 'fifo') })).toThrow(refused('DENIED', /not a plain file/));
});

asRoot('a file of somebody else is refused, whatever its mode', () => {
  chownSync(path, 41001, 41001);
  expect(() => loadSecret({ file: path })).toThrow(refused('DENIED', /belongs to uid 41001/));
});

test('a missing, a short and a huge file are refused, and no message repeats what was in it', () => {
  expect(() => loadSecret({ file: join(folder, 'none') })).toThrow(
    refused('INVALID_ARGUMENT', /There is no secret file .*none\. Make one/),
  );
  writeFileSync(path, 'hunter2-hunter2\n');
  expect(() => loadSecret({ file: path })).toThrow(
    refused('INVALID_ARGUMENT', /^The secret in \S+lab\.secret has 15 bytes; it needs at least 16/),
  );
  writeFileSync(path, Buffer.alloc(5000));
  expect(() => loadSecret({ file: path })).toThrow(refused('INVALID_ARGUMENT', /more than 4096/));
});

test('a client that is told nothing takes SAMEBOX_SECRET_FILE, else SAMEBOX_SECRET, else none', () => {
  const both = { SAMEBOX_SECRET_FILE: '/f', SAMEBOX_SECRET: TEXT };
  expect(defaultSource(both)).toEqual({ file: '/f' });
  expect(defaultSource({ ...both, SAMEBOX_SECRET_FILE: '' })).toEqual({ env: 'SAMEBOX_SECRET' });
  expect(defaultSource({ SAMEBOX_SECRET: '' })).toBeUndefined();
});

test.each([TEXT, null, {}, { file: 5 }, { env: '' }, { file: 'a', env: 'b' }, { text: TEXT }])(
  'what is no source is refused without being repeated',
  (value) => {
    const check = (): unknown => checkSource(value, 'secret');
    expect(check).toThrow(
      /^secret must be \{ file: 'PATH' \} or \{ env: 'NAME' \}, never the secret itself\.$/,
    );
  },
);
