import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native, peerCredentials, userLabel, userName } from '../../../src/native';
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
