// What the machine and the installation are: Node, native code, memory, descriptors, clock, cache.
import { checkCache, type CacheFacts } from '../../../../daemon/doctor/checks/cache';
import { checkClock, FIRST_VERSION } from '../../../../daemon/doctor/checks/clock';
import { checkDescriptors } from '../../../../daemon/doctor/checks/descriptors';
import { checkNative, type NativeFacts } from '../../../../daemon/doctor/checks/native';
import { checkNode, type NodeFacts } from '../../../../daemon/doctor/checks/node';
import { checkSharedMemory } from '../../../../daemon/doctor/checks/shared-memory';
import { SameboxError } from '../../../../src/errors';

const MiB = 2 ** 20;

describe('Node', () => {
  const facts: NodeFacts = {
    version: '20.9.0',
    required: '>=20.9',
    path: '/usr/bin/node',
    architecture: 'arm64',
    cores: 4,
  };
  const levels = (more: Partial<NodeFacts>): string[] =>
    checkNode({ ...facts, ...more }).map(({ level }) => level);

  test('that is as package.json wants it, or later, is well', () => {
    expect(checkNode(facts)).toEqual([{ check: 'node', level: 'ok', says: 'Node 20.9.0, arm64, 4 cores' }]);
    expect(levels({ version: '24.0.1' })).toEqual(['ok']);
  });

  test('that is too old is a problem, named with its path', () => {
    for (const version of ['18.19.0', '20.8.1']) expect(levels({ version })).toEqual(['problem']);
    expect(checkNode({ ...facts, version: '18.19.0' })[0]).toMatchObject({
      says: 'Node 18.19.0 (/usr/bin/node) is too old',
      todo: expect.stringContaining('Install Node 20.9 or later'),
    });
  });

  test('on one core is told that low latency has no effect there', () => {
    expect(levels({ cores: 1 })).toEqual(['ok', 'note']);
  });
});

describe('native code', () => {
  const facts: NativeFacts = {
    reason: 'native unavailable: Cannot find module',
    switchedOff: false,
    binaryPackage: '@koromix/koffi-linux-x64',
    supported: true,
    installed: true,
    posix: true,
  };
  const only = (more: Partial<NativeFacts>): object | undefined => checkNative({ ...facts, ...more })[0];

  test('that is loaded is well', () => {
    expect(only({ loaded: '3.3.4' })).toMatchObject({ level: 'ok', says: 'koffi 3.3.4 is loaded' });
  });

  test.each<[string, Partial<NativeFacts>, string]>([
    ['SAMEBOX_NATIVE=off is set', { switchedOff: true }, 'Take SAMEBOX_NATIVE out'],
    ['koffi has no binary for this machine', { supported: false }, 'npm rebuild koffi'],
    [
      "koffi's binary, @koromix/koffi-linux-x64, is not installed",
      { installed: false },
      'without --omit=optional',
    ],
    ['Cannot find module', {}, 'Install again'],
  ])('that is missing is a warning: %s', (says, more, todo) => {
    expect(only(more)).toMatchObject({
      level: 'warning',
      says: expect.stringContaining(`No native code: ${says}. Without it large arrays go through the socket`),
      todo: expect.stringContaining(todo),
    });
  });

  test('without it nobody knows who calls, but on Windows nobody does in any case', () => {
    expect(only({})).toMatchObject({ says: expect.stringContaining('nobody knows who calls') });
    expect(only({ posix: false })).toMatchObject({ says: expect.not.stringContaining('who calls') });
  });
});

describe('shared memory', () => {
  const memory = { total: 8192 * MiB, free: 4096 * MiB };
  const files = (total: number, free: number) =>
    checkSharedMemory({
      way: 'file',
      memory,
      files: { directory: '/dev/shm/samebox-7', room: { total, free } },
    });

  test('as memfds needs no /dev/shm', () => {
    expect(checkSharedMemory({ way: 'memfd', memory })).toEqual([
      {
        check: 'shared-memory',
        level: 'ok',
        says: 'Large arrays go through sealed memfds; 4 GiB of memory free',
      },
    ]);
  });

  test('as files in the 64 MB that a container has is a warning with the option to give', () => {
    expect(files(64 * MiB, 64 * MiB)).toEqual([
      expect.objectContaining({ level: 'warning', todo: expect.stringContaining('--shm-size') }),
    ]);
    expect(files(1024 * MiB, 900 * MiB)).toEqual([expect.objectContaining({ level: 'ok' })]);
  });

  test('as files where no room is left is a warning', () => {
    expect(files(1024 * MiB, 3 * MiB)).toEqual([
      expect.objectContaining({ level: 'warning', says: expect.stringContaining('3 MiB of 1 GiB are free') }),
    ]);
  });

  test("in somebody else's directory is a warning in that error's words", () => {
    const refused = new SameboxError(
      'DENIED',
      'The directory /dev/shm/samebox-7 belongs to bob. Have bob remove it.',
    );
    expect(
      checkSharedMemory({ way: 'file', memory, files: { directory: '/dev/shm/samebox-7', refused } }),
    ).toEqual([
      expect.objectContaining({
        says: 'The directory /dev/shm/samebox-7 belongs to bob',
        todo: 'Have bob remove it.',
      }),
    ]);
  });

  test('on a machine whose memory is nearly used up is a warning', () => {
    const little = checkSharedMemory({ way: 'memfd', memory: { total: 512 * MiB, free: 20 * MiB } });
    expect(little.map(({ level }) => level)).toEqual(['ok', 'warning']);
  });

  test('that lacks native code is not told of twice; any other reason is told', () => {
    expect(checkSharedMemory({ way: { unavailable: 'native unavailable: off' }, memory })).toEqual([]);
    const small = checkSharedMemory({ way: { unavailable: 'shared memory needs a 64-bit process' }, memory });
    expect(small).toEqual([
      expect.objectContaining({ level: 'warning', says: expect.stringContaining('64-bit') }),
    ]);
  });
});

describe('file descriptors', () => {
  test('are many, or any number', () => {
    expect(checkDescriptors({ limit: 1_048_576, daemons: [] })[0]).toMatchObject({
      level: 'ok',
      says: 'A process may open 1,048,576 files',
    });
    expect(checkDescriptors({ limit: Infinity, daemons: [] })[0]).toMatchObject({ level: 'ok' });
    expect(checkDescriptors({ daemons: [] })).toEqual([]);
  });

  test('that are fewer than a box may come to are noted', () => {
    expect(checkDescriptors({ limit: 1024, daemons: [] })[0]).toMatchObject({
      level: 'note',
      says: "A process may open 1,024 files, fewer than a box's limits allow it (5,120)",
    });
  });

  test('that are few are a warning, and so is a daemon that comes near its limit', () => {
    expect(checkDescriptors({ limit: 64, daemons: [] })[0]).toMatchObject({ level: 'warning' });
    const daemons = [
      { name: 'lab', pid: 7, open: 900, limit: 1024 },
      { name: 'demo', pid: 8, open: 30, limit: 1024 },
    ];
    expect(checkDescriptors({ daemons })).toEqual([
      expect.objectContaining({ level: 'warning', says: 'lab (pid 7) has 900 of at most 1024 files open' }),
    ]);
  });
});

describe('the clock', () => {
  const now = FIRST_VERSION + 1e10;

  test('that is kept, or of which nothing is known, is well', () => {
    expect(checkClock({ now, kept: true })[0]).toMatchObject({
      level: 'ok',
      says: expect.stringMatching(/Z and is kept$/),
    });
    expect(checkClock({ now, installed: now - 1000 })[0]).toMatchObject({ level: 'ok' });
  });

  test('that stands before samebox was made, or installed, is wrong', () => {
    expect(checkClock({ now: 0 })[0]).toMatchObject({
      level: 'warning',
      says: expect.stringContaining('1970-01-01T00:00:00Z'),
    });
    expect(checkClock({ now, installed: now + 3 * 86_400_000 })[0]).toMatchObject({ level: 'warning' });
  });

  test('a few hours between clock and files are a time zone, not a wrong clock', () => {
    expect(checkClock({ now, installed: now + 12 * 3_600_000 })[0]).toMatchObject({ level: 'ok' });
  });

  test('that stands in the far future is hardly right', () => {
    expect(checkClock({ now: Date.UTC(2099, 0) })[0]).toMatchObject({ level: 'warning' });
  });

  test('that nothing keeps is a note', () => {
    expect(checkClock({ now, kept: false })[0]).toMatchObject({
      level: 'note',
      says: expect.stringContaining('NTP'),
    });
  });
});

describe('the cache', () => {
  const facts: CacheFacts = { path: '/home/ann/.cache/samebox', state: 'private', user: 'ann', free: 9e9 };
  const only = (more: Partial<CacheFacts>): object | undefined => checkCache({ ...facts, ...more })[0];

  test('that is private, or can be made, is well', () => {
    expect(only({})).toMatchObject({
      level: 'ok',
      says: '/home/ann/.cache/samebox is private, 8.4 GiB free',
    });
    expect(only({ state: 'missing' })).toMatchObject({ level: 'ok' });
  });

  test("that is root's, since somebody started samebox with sudo, says how to have it back", () => {
    expect(only({ state: 'foreign', owner: 'root' })).toMatchObject({
      level: 'warning',
      says: '/home/ann/.cache/samebox belongs to root, so every start compiles everything again',
      todo: expect.stringContaining('sudo chown -R ann /home/ann/.cache/samebox'),
    });
  });

  test.each<[CacheFacts['state'], string]>([
    ['open', 'chmod -R go-w'],
    ['not-a-folder', 'Move away'],
    ['read-only', 'XDG_CACHE_HOME'],
    ['unmakable', 'XDG_CACHE_HOME'],
  ])('that is %s is a warning with what to do', (state, todo) => {
    expect(only({ state })).toMatchObject({ level: 'warning', todo: expect.stringContaining(todo) });
  });

  test('on a full disk is a warning', () => {
    expect(only({ free: 0 })).toMatchObject({
      level: 'warning',
      says: 'The disk of /home/ann/.cache/samebox has 0 B left',
    });
  });
});
