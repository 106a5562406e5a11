import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  groupId,
  groupLabel,
  groupName,
  native,
  peerCredentials,
  userId,
  userLabel,
  userName,
} from '../../../src/native';
import { readXucred } from '../../../src/native/peer-credentials.darwin';
import { OS } from '../../../src/os';
import { TYPESCRIPT, typescriptEnv } from './run-typescript';

test('koffi is loaded once', () => {
  const first = native();
  expect(first).toMatchObject({ available: true });
  expect(native()).toBe(first);
});

test('without koffi the answer is a reason, not an exception', () => {
  const script = `
    const { native } = require('./src/native');
    const { tryFlock } = require('./src/native/flock.unix');
    const { openExclusive } = require('./src/native/exclusive-file.windows');
    console.log(JSON.stringify([native(), tryFlock(0), openExclusive('x')]));`;
  const printed = execFileSync(process.execPath, [...TYPESCRIPT, '-e', script], {
    env: typescriptEnv({ SAMEBOX_NATIVE: 'off' }),
    encoding: 'utf8',
  });
  expect(JSON.parse(printed)).toEqual([
    { available: false, reason: 'native unavailable: SAMEBOX_NATIVE=off' },
    'unavailable',
    'unavailable',
  ]);
});

const told = OS === 'linux' || OS === 'darwin' ? test : test.skip;

told('the kernel tells both ends of a socket who the other is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'samebox-peer-'));
  const path = join(folder, 's');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const client = createConnection(path);
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  const groups = [...new Set([gid, ...(process.getgroups?.() ?? [])])];
  const own = { pid: process.pid, uid, gid, groups };
  expect(peerCredentials(accepted)).toEqual(own);
  expect(peerCredentials(client)).toEqual(own);
  client.destroy();
  accepted.destroy();
  expect(peerCredentials(accepted)).toBeUndefined();
  server.close();
  rmSync(folder, { recursive: true });
});

told('a user id has the name that the machine gives it, and a label where it gives none', () => {
  expect(userName(0)).toBe('root');
  expect(userName(3_999_999_999)).toBeUndefined();
  expect(userLabel(3_999_999_999)).toBe('uid 3999999999');
});

told('groups have their names, and names of users and groups their numbers', () => {
  expect(userId('root')).toBe(0);
  const gid = groupId('daemon');
  expect(groupName(gid ?? -1)).toBe('daemon');
  expect(groupLabel(3_999_999_999)).toBe('gid 3999999999');
  for (const none of ['no-such-name', '', '0', 'root:x', 'root\0x', '#']) {
    expect(userId(none)).toBeUndefined();
    expect(groupId(none)).toBeUndefined();
  }
});

told(
  'the C library knows the same users and groups as the files, and is asked where these say nothing',
  () => {
    const script = `
    const fs = require('node:fs');
    const { readFileSync } = fs;
    const accounts = () => {
      const { userId, groupId, groupName, userName } = require('./src/native');
      return [userId('daemon'), groupId('daemon'), userName(1), groupName(1), userId('no-such'), groupId('no-such')];
    };
    const fromFiles = accounts();
    for (const path of Object.keys(require.cache)) if (path.includes('/src/native/')) delete require.cache[path];
    fs.readFileSync = (path, ...rest) => {
      if (path === '/etc/passwd' || path === '/etc/group') throw new Error('not to be read');
      return readFileSync(path, ...rest);
    };
    console.log(JSON.stringify([fromFiles, accounts()]));`;
    const printed = execFileSync(process.execPath, [...TYPESCRIPT, '-e', script], {
      env: typescriptEnv(),
      encoding: 'utf8',
    });
    const [fromFiles, fromLibrary] = JSON.parse(printed) as [unknown[], unknown[]];
    expect(fromLibrary).toEqual(fromFiles);
    expect(fromFiles.slice(2)).toEqual(['daemon', 'daemon', null, null]);
  },
);

test('what macOS says of a peer is read as its header lays it out', () => {
  const xucred = Buffer.alloc(76);
  xucred.writeUInt32LE(501, 4);
  xucred.writeInt16LE(3, 8);
  [20, 12, 61].forEach((gid, index) => xucred.writeUInt32LE(gid, 12 + 4 * index));
  expect(readXucred(xucred)).toEqual({ uid: 501, gid: 20, groups: [20, 12, 61] });
  xucred.writeInt16LE(99, 8);
  expect(readXucred(xucred)?.groups).toEqual([20, 12, 61, 0]);
  xucred.writeInt16LE(0, 8);
  expect(readXucred(xucred)).toBeUndefined();
  xucred.writeUInt32LE(1, 0);
  expect(readXucred(xucred)).toBeUndefined();
  expect(readXucred(Buffer.alloc(12))).toBeUndefined();
});
