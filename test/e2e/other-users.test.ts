// Access rules, a socket for a group, and secrets, tried by processes of other users.
import { chmodSync, existsSync, lstatSync, rmSync } from 'node:fs';
import type { DaemonStatus } from '../../src/status';
import { House } from '../daemon/daemon/house';
import { expose, type Exposed, type ExposeOptions } from '../../daemon';
import { Stage } from './support/stage';
import { asRoot, IS_ROOT, UserChild } from './support/user-child';

// Numbers that no machine has given to anybody.
const [ALICE, BOB, CAROL] = [41001, 41002, 41003];
const [OPTICS, LASERS] = [41100, 41200];
/** More than the daemon makes room for at first. */
const MANY = Array.from({ length: 100 }, (_, index) => 41300 + index);
const SECRET = { ALICES: 'the right one, of 28 letters', WRONG: 'a wrong one, also 28 letters' };

/** One stage, called `stage`. */
function guarded(options: ExposeOptions<Stage> = {}): { stage: Exposed<Stage> } {
  return { stage: expose(() => new Stage(), options) };
}

let house: House;
let alice: UserChild;
let bob: UserChild;
let carol: UserChild;

beforeAll(async () => {
  if (!IS_ROOT) return;
  house = new House();
  const env = { ...SECRET, SAMEBOX_RUNTIME_DIR: house.directory };
  [alice, bob, carol] = await Promise.all([
    UserChild.start({ uid: ALICE, groups: [OPTICS, LASERS] }, { env }),
    UserChild.start({ uid: BOB, gid: OPTICS }, { env }),
    UserChild.start({ uid: CAROL, groups: MANY }, { env }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([alice, bob, carol].map((user: UserChild | undefined) => user?.end()));
  if (IS_ROOT) await house.close();
});
afterEach(async () => {
  if (!IS_ROOT) return;
  await Promise.all([alice, bob, carol].map((user) => user.tell('end')));
  await house.closeDaemons();
  chmodSync(house.directory, 0o700); // For the next one's group.
});

asRoot('a socket is its user’s alone, unless the box gives it to a group', async () => {
  await house.daemon(guarded());
  expect((await alice.fails('connect', house.path)).code).toBe('UNREACHABLE');
  expect(await alice.fails('connect', 'lab')).toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining(`${house.path} (EACCES: this user may not connect)`),
  });
});

asRoot(
  'members of the socket’s group connect by name and by path, by whichever of their groups; others don’t',
  async () => {
    await house.daemon(guarded(), { socket: { group: OPTICS } });
    const [socket, directory] = [lstatSync(house.path), lstatSync(house.directory)];
    expect([socket.mode & 0o777, socket.uid, socket.gid]).toEqual([0o660, 0, OPTICS]);
    expect([directory.mode & 0o777, directory.uid, directory.gid]).toEqual([0o710, 0, OPTICS]);
    expect(await alice.tell('connect', 'lab')).toBe(house.path);
    expect(await bob.tell('connect', house.path)).toBe(house.path);
    expect(await bob.tell('call', 'stage', 'moveTo', [3])).toBe(3);
    expect((await carol.fails('connect', house.path)).code).toBe('UNREACHABLE');
    expect(await house.log(/Members of the group gid 41100 may connect/)).toMatchObject({ level: 30 });
  },
);

asRoot('status and log say who is connected: user, group, and all groups', async () => {
  await house.daemon(guarded(), { socket: { group: OPTICS } });
  await alice.tell('connect', 'lab');
  const { sessions } = (await alice.tell('status')) as DaemonStatus;
  const groups = [ALICE, OPTICS, LASERS].map((gid) => ({ gid, name: `gid ${String(gid)}` }));
  expect(sessions).toMatchObject([{ user: 'uid 41001', uid: ALICE, gid: ALICE, pid: alice.pid, groups }]);
  expect(await house.log(/^other \(pid \d+\) connected/)).toMatchObject({
    user: 'uid 41001',
    uid: ALICE,
    gid: ALICE,
    groups: [ALICE, OPTICS, LASERS],
  });
});

asRoot('a user of a hundred groups has them all', async () => {
  const last = MANY.at(-1) as number;
  await house.daemon(guarded(), { socket: { group: last }, allow: { groups: [last] } });
  await carol.tell('connect', 'lab');
  const { sessions } = (await carol.tell('status')) as DaemonStatus;
  expect(new Set(sessions[0]?.groups?.map(({ gid }) => gid))).toEqual(new Set([CAROL, ...MANY]));
});

asRoot('a daemon lets in whom its rule names, by user or group, and tells others why not', async () => {
  await house.daemon(guarded(), {
    socket: { group: OPTICS },
    allow: { users: [CAROL], groups: [LASERS] },
  });
  expect(await alice.tell('connect', 'lab')).toBe(house.path);
  expect(await bob.fails('connect', 'lab')).toMatchObject({
    code: 'DENIED',
    message: expect.stringMatching(
      /^uid 41002 may not use the daemon "lab": that is for root, uid 41003 and the group gid 41200\. Ask root/,
    ),
    details: { user: 'uid 41002' },
  });
  const root = await house.client();
  expect((await root.status()).counters.refused).toBe(1);
  expect(await house.log(/refused: uid 41002 may not use/)).toMatchObject({ level: 40, code: 'DENIED' });
});

asRoot(
  'a target refuses calls, reads and writes of those whom its rule doesn’t name; they can still look at it',
  async () => {
    await house.daemon(guarded({ allow: { groups: [LASERS] } }), { socket: { group: OPTICS } });
    await Promise.all([alice.tell('connect', 'lab'), bob.tell('connect', 'lab')]);
    const denied = { code: 'DENIED', ran: 'no', details: { user: 'uid 41002', target: 'stage' } };
    expect(await bob.fails('call', 'stage', 'moveTo', [9])).toMatchObject(denied);
    expect(await bob.fails('get', 'stage', 'position')).toMatchObject(denied);
    expect(await bob.fails('set', 'stage', { range: 9 })).toMatchObject(denied);
    expect(await bob.fails('call', 'stage', 'no such method')).toMatchObject(denied);
    expect(await bob.tell('describe', 'stage')).toMatchObject({ name: 'stage', state: 'ready' });
    expect(await bob.tell('targets')).toHaveLength(2);
    expect(await alice.tell('call', 'stage', 'done')).toEqual([]);
    expect(await alice.tell('set', 'stage', { range: 3 })).toBeUndefined();
    expect(await alice.tell('get', 'stage', 'range')).toBe(3);
    expect(await (await house.client()).call('stage', 'moveTo', [1])).toBe(1);
  },
);

asRoot(
  'rules of single members hold for calls, reads, and each property of a set, however it is sent',
  async () => {
    const lasers = { groups: [LASERS] };
    await house.daemon(guarded({ allowMethods: { moveTo: lasers, range: lasers } }), {
      socket: { group: OPTICS },
    });
    await Promise.all([alice.tell('connect', 'lab'), bob.tell('connect', 'lab')]);
    const denied = (member: string): object => ({ code: 'DENIED', ran: 'no', details: { member } });
    expect(await bob.fails('call', 'stage', 'moveTo', [9])).toMatchObject(denied('moveTo'));
    expect(await bob.fails('get', 'stage', 'range')).toMatchObject(denied('range'));
    expect(await bob.fails('set', 'stage', { range: 9 })).toMatchObject(denied('range'));
    expect(await bob.fails('set', 'stage', { speed: 9, range: 9 })).toMatchObject(denied('range'));
    expect(await bob.fails('call', 'stage', 'range')).toMatchObject(denied('range'));
    expect(await bob.fails('callNamed', 'stage', 'moveTo', [], { position: 9 })).toMatchObject(
      denied('moveTo'),
    );
    expect(await bob.tell('get', 'stage', 'position')).toBe(5);
    await bob.tell('set', 'stage', { speed: 2 });
    expect(await alice.tell('call', 'stage', 'done')).toEqual(['speed 2']);
    expect(await alice.tell('call', 'stage', 'moveTo', [4])).toBe(4);
  },
);

asRoot('only the daemon’s user and root break a lease, and nobody leases what he may not use', async () => {
  await house.daemon(guarded({ allow: { users: [ALICE] } }), { socket: { group: OPTICS } });
  await bob.tell('connect', 'lab');
  const root = await house.client();
  await using lease = await root.lease('stage');
  expect(await bob.fails('call', '$daemon', 'breakLease', ['stage'])).toMatchObject({
    code: 'DENIED',
    message: 'uid 41002 may not break the lease of stage: that is for root. Ask root.',
  });
  expect((await bob.fails('call', '$daemon', 'lease', ['stage'])).code).toBe('DENIED');
  expect(lease.signal.aborted).toBe(false);
  expect(await root.leases()).toMatchObject([{ target: 'stage', state: 'held', user: 'root' }]);
});

asRoot('only the daemon’s user and root stop it or set its log level', async () => {
  const daemon = await house.daemon(guarded(), { socket: { group: OPTICS } });
  await bob.tell('connect', 'lab');
  expect(await bob.fails('call', '$daemon', 'stop')).toMatchObject({
    code: 'DENIED',
    ran: 'no',
    message: 'uid 41002 may not stop the daemon: that is for root. Ask root.',
  });
  expect((await bob.fails('call', '$daemon', 'logLevel', ['trace'])).code).toBe('DENIED');
  expect(await bob.tell('call', '$daemon', 'logLevel')).toBe('debug');
  expect(daemon.status()).toMatchObject({ state: 'running', logLevel: 'debug' });
  const root = await house.client();
  expect(await root.call('$daemon', 'logLevel', ['info'])).toBe('info');
  await root.call('$daemon', 'stop');
  await daemon.ended;
});

asRoot('a user who guesses at the secret is shut out for a while, and nobody else is', async () => {
  process.env.ALICES = SECRET.ALICES;
  await house.daemon(guarded(), { socket: { group: OPTICS }, secret: { env: 'ALICES' } });
  delete process.env.ALICES;
  for (let guess = 0; guess < 5; guess++) {
    expect(await bob.fails('connect', 'lab', { secret: { env: 'WRONG' } })).toMatchObject({ code: 'DENIED' });
  }
  const tooOften = {
    code: 'BUSY',
    message: expect.stringMatching(/wrong secrets from uid 41002: .* in \d+ s/),
  };
  expect(await bob.fails('connect', 'lab', { secret: { env: 'WRONG' } })).toMatchObject(tooOften);
  expect(await bob.fails('connect', 'lab', { secret: { env: 'ALICES' } })).toMatchObject(tooOften);
  expect(await alice.tell('connect', 'lab', { secret: { env: 'ALICES' } })).toBe(house.path);
  expect(await alice.tell('call', 'stage', 'moveTo', [7])).toBe(7);
});

describe('a daemon for other users', () => {
  let daemon: UserChild | undefined;
  let client: UserChild | undefined;
  afterEach(async () => {
    await client?.end();
    await daemon?.end();
    [daemon, client] = [undefined, undefined];
  });
  const env = { SAMEBOX_RUNTIME_DIR: `/tmp/samebox-${String(CAROL)}` };
  afterEach(() => rmSync(env.SAMEBOX_RUNTIME_DIR, { recursive: true, force: true }));
  const nowhere = { SAMEBOX_RUNTIME_DIR: undefined, XDG_RUNTIME_DIR: undefined };

  asRoot('that root runs is found at /run/samebox by its name, without anything being set', async () => {
    daemon = await UserChild.start({}, { env: nowhere, run: 'empty' });
    expect(await daemon.tell('serve', { socket: { group: OPTICS } })).toBe('/run/samebox/lab.sock');
    client = await UserChild.start({ uid: BOB, groups: [OPTICS] }, { env: nowhere, run: daemon });
    expect(await client.tell('connect', 'lab')).toBe('/run/samebox/lab.sock');
    expect(await client.tell('connect')).toBe('/run/samebox/lab.sock');
    expect(await client.tell('call', 'stage', 'moveTo', [2])).toBe(2);
    expect((await client.fails('call', '$daemon', 'stop')).code).toBe('DENIED');
    expect(existsSync('/run/samebox/lab.sock')).toBe(false);
  });

  asRoot('that runs as a user of its own obeys that user and root, and no other', async () => {
    daemon = await UserChild.start({ uid: CAROL, groups: [OPTICS] }, { env });
    const path = String(await daemon.tell('serve', { socket: { group: OPTICS }, allow: {} }));
    expect(lstatSync(path)).toMatchObject({ uid: CAROL, gid: OPTICS });
    await bob.tell('end');
    expect(await bob.fails('connect', path)).toMatchObject({
      code: 'DENIED',
      message: expect.stringMatching(/that is for uid 41003 and root/),
    });
    const root = await house.client({}, path);
    expect(await root.call('stage', 'moveTo', [2])).toBe(2);
    await carol.tell('connect', path);
    expect(await carol.tell('call', 'stage', 'moveTo', [2])).toBe(2);
    expect(await carol.tell('call', '$daemon', 'stop')).toEqual({ running: 0 });
  });

  asRoot('whose user is not in the socket’s group does not start, and says so', async () => {
    daemon = await UserChild.start({ uid: CAROL }, { env });
    expect(await daemon.fails('serve', { socket: { group: LASERS } })).toMatchObject({
      code: 'DENIED',
      message: expect.stringMatching(/can't be given to the group gid 41200: this user is not in it/),
    });
  });

  asRoot('without koffi lets nobody past a rule; without rules its socket says who rules', async () => {
    daemon = await UserChild.start({}, { env: { ...env, SAMEBOX_NATIVE: 'off' } });
    const path = String(await daemon.tell('serve', { allow: { users: ['root'] } }));
    expect(await daemon.fails('connect', path)).toMatchObject({
      code: 'DENIED',
      message: expect.stringMatching(/of an unknown user.*The kernel does not tell who calls/),
    });
    await daemon.tell('end');
    await daemon.tell('serve', {});
    await daemon.tell('connect', path);
    expect(await daemon.tell('call', '$daemon', 'logLevel', ['warn'])).toBe('warn');
  });
});
