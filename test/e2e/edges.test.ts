// What surrounds a daemon fails: a full disk, no descriptors, a clock that jumps, a folder that can't be written to, a target
// that leaks. The daemon goes on, and says so.
import { execFileSync, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OS } from '../../src/os';
import type { Client, IncomingStream } from '../../client';
import { House, rejection, type LogEntry } from '../daemon/daemon/house';
import { RawClient } from '../daemon/session/raw-client';
import { TYPESCRIPT } from '../src/native/run-typescript';
import { Children, type Started } from './support/children';

const linux = OS === 'linux' ? test : test.skip;
/** Where this user may have mounts of his own. A container may forbid it even to root. */
const mounting =
  OS === 'linux' && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
    ? test
    : test.skip;

let house: House;
let children: Children;

beforeEach(() => {
  house = new House();
  children = new Children();
});
afterEach(async () => {
  await children.end();
  await house.close();
});

interface Surroundings {
  /** What a shell does before, e.g. `ulimit -n 100`. */
  readonly shell?: string;
  /** Where the log goes: a descriptor. */
  readonly stdout?: number;
  /** What runs the shell, e.g. `unshare -m`. */
  readonly prefix?: readonly string[];
}

/** Starts the daemon in its surroundings. */
async function start({
  shell = ':',
  stdout,
  prefix = [],
}: Surroundings): Promise<{ child: ChildProcess; started: Started }> {
  const [execPath = '/bin/bash', ...rest] = [...prefix, '/bin/bash'];
  const child = children.fork('edges-daemon.ts', [house.path, ...(stdout === undefined ? [] : ['stdout'])], {
    execPath,
    execArgv: [...rest, '-c', `${shell}; exec "$0" "$@"`, process.execPath, ...TYPESCRIPT],
    stdio: ['ignore', stdout ?? 'ignore', 'ignore', 'ipc'],
  });
  const [started] = (await once(child, 'message')) as [Started];
  return { child, started };
}

async function stopped(child: ChildProcess): Promise<number | null> {
  const exit = once(child, 'exit') as Promise<[number | null]>;
  child.send('close');
  return (await exit)[0];
}

/** The first entry of the daemon's log that matches, of those written or to come. */
async function logged(client: Client, pattern: RegExp): Promise<LogEntry> {
  const lines = (await client.call('$daemon', 'logs', [1000, true])) as IncomingStream<string>;
  for await (const line of lines) {
    const entry = JSON.parse(line) as LogEntry;
    if (pattern.test(entry.msg)) return entry;
  }
  throw new Error('the log ended');
}

async function works(client: Client): Promise<void> {
  expect(await client.call('edges', 'echo', ['still here'])).toBe('still here');
  const array = (await client.call('edges', 'make', [300_000])) as Uint8Array;
  expect([array.length, array[0], array[299_999]]).toEqual([300_000, 7, 7]);
}

linux('a log on a full disk ends no daemon and holds up no call', async () => {
  const full = openSync('/dev/full', 'w');
  const { child, started } = await start({ stdout: full });
  closeSync(full);
  expect(started).toEqual({ pid: child.pid });
  const client = await house.client({}, house.path);
  await Promise.all(Array.from({ length: 100 }, (_, round) => client.call('edges', 'echo', [round])));
  await works(client);
  expect((await client.status()).counters.stray).toBe(0);
  expect(await stopped(child)).toBe(0);
});

linux('a log whose file may not grow goes on once there is room again, and says what it lost', async () => {
  const path = join(house.directory, 'log');
  const file = openSync(path, 'a');
  await start({ shell: 'ulimit -f 4', stdout: file });
  closeSync(file);
  const client = await house.client({}, house.path);
  // Each client that comes and goes makes two lines.
  const come = async (): Promise<void> => {
    const other = await house.client({}, house.path);
    await works(other);
    await other.close();
  };
  let size = -1;
  for (let now = 0; now !== size; now = readFileSync(path).length) {
    size = now;
    for (let round = 0; round < 10; round++) await come();
  }
  expect(size).toBeGreaterThan(1000);
  truncateSync(path);
  for (let round = 0; round < 5; round++) await come();
  expect(readFileSync(path, 'utf8')).toMatch(/\d+ lines were lost: there was no room for them/);
  expect((await client.status()).counters.stray).toBe(0);
  expect(client.session).toBe(1);
});

linux(
  'without descriptors left the daemon says so, serves who is there, and takes others in once there are some',
  async () => {
    await start({ shell: 'ulimit -n 70' });
    const client = await house.client({}, house.path);
    await works(client);
    const raws = await Promise.all(Array.from({ length: 80 }, () => RawClient.connect(house.path)));
    await Promise.race(raws.map(({ closed }) => closed)); // The kernel lets them in, libuv shows them out.
    await works(client);
    expect(await logged(client, /No file descriptor is left/)).toMatchObject({ level: 50, code: 'EMFILE' });
    for (const raw of raws) raw.destroy();
    const another = await house.client({}, house.path);
    await works(another);
    await works(client);
    expect(client.session).toBe(1);
  },
  60_000,
);

linux('a clock that jumps, by ten years in either direction, changes no deadline', async () => {
  const { child } = await start({});
  const client = await house.client({}, house.path);
  const YEARS = 10 * 365 * 86_400_000;
  for (const jump of [YEARS, -YEARS, 0]) {
    const aborting = new AbortController();
    const long = rejection(client.call('edges', 'hang', [], { timeout: 3_600_000, signal: aborting.signal }));
    const short = rejection(client.call('edges', 'hang', [], { timeout: 100 }));
    await client.call('edges', 'jump', [jump]);
    expect(await short).toMatchObject({ code: 'TIMEOUT', ran: 'yes' });
    await works(client);
    const { uptime, targets } = await client.status();
    expect(uptime).toBeLessThan(600);
    expect(targets[0]?.running).toHaveLength(1);
    aborting.abort();
    expect(await long).toMatchObject({ code: 'CANCELLED', ran: 'yes' });
  }
  expect(await stopped(child)).toBe(0);
});

mounting(
  'a runtime folder that can not be written to is an error that says so, and nothing hangs',
  async () => {
    const { started } = await start({
      prefix: ['/usr/bin/unshare', '-m'],
      shell: `mount -t tmpfs -o ro,mode=700 tmpfs ${house.directory}`,
    });
    expect(started).toMatchObject({
      code: 'DENIED',
      message: expect.stringContaining('read-only file system'),
    });
    expect(started.message).toContain(house.directory);
  },
);

linux(
  'a runtime folder that becomes read-only changes nothing for who is there, and the daemon ends in order',
  async () => {
    const log = join('/tmp', `${basename(house.directory)}.log`);
    const file = openSync(log, 'w');
    const { child } = await start({ stdout: file });
    closeSync(file);
    const client = await house.client({}, house.path);
    await works(client);
    const thaw = freeze(house.directory);
    try {
      await works(client);
      await works(await house.client({ handoff: 'file' }, house.path));
      expect(await stopped(child)).toBe(0);
      expect(readFileSync(log, 'utf8')).toMatch(
        /The socket could not be removed[^]*The lock file could not[^]*Ended\./,
      );
    } finally {
      thaw();
      rmSync(log);
    }
  },
);

/** Makes a folder one that nobody can write to, not even root; gives what undoes it. */
function freeze(folder: string): () => void {
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0o500);
    return () => chmodSync(folder, 0o700);
  }
  execFileSync('chattr', ['+i', folder]);
  return () => void execFileSync('chattr', ['-i', folder]);
}

linux('a target that leaks listeners is told of in the log, and the daemon goes on', async () => {
  await start({});
  const client = await house.client({}, house.path);
  for (let round = 0; round < 50; round++) await client.call('edges', 'leak');
  expect(await logged(client, /MaxListenersExceededWarning, in a target or its library/)).toMatchObject({
    level: 40,
    msg: expect.stringContaining('reading'),
  });
  await works(client);
  expect((await client.status()).counters).toMatchObject({ errors: 0, stray: 0 });
});
