// From a name to a client: waiting for a daemon, choosing among several, giving up.
import { chmodSync, mkdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect } from '../../client';
import { House, rejection } from '../daemon/daemon/house';
import { frame } from '../daemon/session/raw-client';
import { KIND } from '../../src/frames';
import { canKeepHot } from '../../src/latency/hot-loop';
import { IS_WINDOWS } from '../../src/os';

const posix = IS_WINDOWS ? test.skip : test; // Pipes lie in no directory, and have no length.

let house: House;
let servers: Server[];

beforeEach(() => {
  house = new House();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) server.close();
  await house.close();
});

const echo = { echo: (value: unknown) => value };

/** Something that listens and is no daemon. */
async function listen(onSocket: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(house.path, resolve));
}

test('a daemon is reached by its name, by its path and by SAMEBOX_ENDPOINT', async () => {
  await house.daemon({ echo });
  for (const endpoint of ['lab', house.path]) {
    const client = await house.client({}, endpoint);
    expect(await client.call('echo', 'echo', [endpoint])).toBe(endpoint);
    expect([client.state, client.endpoint, client.daemon.pid]).toEqual([
      'connected',
      house.path,
      process.pid,
    ]);
  }
  process.env['SAMEBOX_ENDPOINT'] = 'lab';
  await using client = await connect();
  expect(client.endpoint).toBe(house.path);
});

test('without an endpoint the only daemon that runs is meant', async () => {
  expect(await rejection(connect(undefined, { timeout: 0 }))).toMatchObject({
    code: 'UNREACHABLE',
    message: 'No daemon of this user is running. Start one: samebox serve',
  });
  await house.daemon({ echo });
  await using client = await connect();
  expect(await client.call('echo', 'echo', [1])).toBe(1);
});

test('if several daemons run, an error lists them', async () => {
  await house.daemon({ echo });
  await house.daemon({ echo }, { name: 'other' });
  expect(await rejection(connect())).toMatchObject({
    code: 'INVALID_ARGUMENT',
    ran: 'no',
    message: '2 daemons are running: lab, other. Say which one: -e lab, or SAMEBOX_ENDPOINT.',
    details: { running: ['lab', 'other'] },
  });
});

test('whoever asked for the only daemon stays with it, also when it is gone and another one runs', async () => {
  const daemon = await house.daemon({ echo: { where: () => 'the first' } });
  await using client = await connect(undefined, { timeout: 5000 });
  const changes = client.changes();
  await house.daemon({ echo: { where: () => 'another' } }, { name: 'other' });
  await daemon.close();
  expect((await changes.next()).value).toMatchObject({ state: 'reconnecting' });
  const call = client.call('echo', 'where');
  await house.daemon({ echo: { where: () => 'the next at its place' } });
  expect(await call).toBe('the next at its place');
});

test('connect waits for a daemon that is not there yet', async () => {
  const waiting = house.client();
  await new Promise((resolve) => setImmediate(resolve));
  await house.daemon({ echo });
  expect(await (await waiting).call('echo', 'echo', ['at last'])).toBe('at last');
});

test('a timeout of 0 tries once, and the error lists what was tried', async () => {
  const error = await rejection(connect('lab', { timeout: 0 }));
  expect(error).toMatchObject({ code: 'UNREACHABLE', ran: 'no', details: { endpoint: 'lab' } });
  expect(error.message).toBe(
    `No daemon answers at lab. Tried ${house.path} (ENOENT). Start one: samebox serve`,
  );
});

test('connecting may be given up, and may wait for ever', async () => {
  const ending = new AbortController();
  const waiting = rejection(connect('lab', { timeout: Infinity, signal: ending.signal }));
  await new Promise((resolve) => setImmediate(resolve));
  ending.abort(new Error('no more'));
  expect(await waiting).toMatchObject({ code: 'CANCELLED', ran: 'no', cause: new Error('no more') });
  expect(await rejection(connect('lab', { signal: AbortSignal.abort() }))).toMatchObject({
    code: 'CANCELLED',
  });
});

test('what listens and says nothing is UNREACHABLE, and says that', async () => {
  await listen(() => undefined);
  const error = await rejection(connect('lab', { timeout: 0 }));
  expect(error).toMatchObject({ code: 'UNREACHABLE' });
  expect(error.message).toMatch(/something listens at .* but does not answer/);
});

test('what listens and says nothing is given up in time, however often memory is collected', async () => {
  await listen(() => undefined);
  setFlagsFromString('--expose-gc');
  const collecting = setInterval(runInNewContext('gc') as () => void, 10);
  try {
    expect(await rejection(connect('lab', { timeout: 0 }))).toMatchObject({ code: 'UNREACHABLE' });
  } finally {
    clearInterval(collecting);
  }
});

const onManyCores = canKeepHot() ? describe : describe.skip;

onManyCores('a daemon that grants a lane, and never offers it', () => {
  /** The client has got its welcome, and answers it. */
  let greeted: Promise<void>;

  beforeEach(async () => {
    const features = ['handoff', 'low-latency', 'lane'];
    const body = { protocol: [1, 0], features, limits: {}, peer: {}, session: { id: 1 }, methods: {} };
    let answered: () => void;
    greeted = new Promise((resolve) => (answered = resolve));
    await listen((socket) => {
      socket.once('data', () => {
        socket.write(frame([KIND.welcome, 0, 0], body));
        socket.on('data', () => answered());
      });
    });
  });

  test('keeps nobody waiting: the client is connected without one', async () => {
    const client = await connect('lab', { timeout: 0, latency: 'lane' });
    expect(client.state).toBe('connected');
    expect(client.latency).not.toBe('lane');
    await client.close();
  });

  test('can be given up meanwhile', async () => {
    const ending = new AbortController();
    const waiting = rejection(connect('lab', { latency: 'lane', signal: ending.signal }));
    await greeted;
    ending.abort();
    expect(await waiting).toMatchObject({ code: 'CANCELLED' });
  });
});

test('what closes at once is tried again, and is the error in the end', async () => {
  await listen((socket) => socket.destroy());
  expect(await rejection(connect('lab', { timeout: 50 }))).toMatchObject({ code: 'CONNECTION_LOST' });
});

test('a daemon of another version is INCOMPATIBLE at once, with both versions', async () => {
  const body = { protocol: [2, 0], features: [], limits: {}, peer: {}, session: { id: 1 }, methods: {} };
  await listen((socket) => void socket.write(frame([KIND.welcome, 0, 0], body)));
  const error = await rejection(connect('lab', { timeout: 60_000 }));
  expect(error).toMatchObject({ code: 'INCOMPATIBLE', ran: 'no', details: { theirs: '2.0', ours: '1.0' } });
});

test('what a daemon says when it shows a client out is the error', async () => {
  await listen((socket) => {
    socket.end(frame([KIND.goaway, 0, 0, 'DENIED'], { message: 'not you', details: { user: 'guest' } }));
  });
  expect(await rejection(connect('lab', { timeout: 60_000 }))).toMatchObject({
    code: 'DENIED',
    message: 'not you',
  });
});

test.each(['', 'HTTP/1.1 400 Bad Request\r\n\r\n', '\0\0\0\x08\0\x02\xff\xff\0\0\0\0'])(
  'what answers %j is no daemon',
  async (bytes) => {
    await listen((socket) => socket.end(Buffer.from(bytes, 'latin1')));
    const error = await rejection(connect('lab', { timeout: 0 }));
    expect(['PROTOCOL', 'TOO_LARGE', 'CONNECTION_LOST']).toContain(error.code);
  },
);

posix('a runtime directory that others may write to is not trusted', async () => {
  const open = `${house.directory}/open`;
  mkdirSync(open);
  chmodSync(open, 0o777);
  process.env['SAMEBOX_RUNTIME_DIR'] = open;
  expect((await rejection(connect('lab', { timeout: 0 }))).message).toMatch(/lets other users write/);
});

test.each([
  ['a name with a space', 'my lab'],
  ['a path that is too long', `/tmp/${'x'.repeat(200)}.sock`],
])('%s is INVALID_ARGUMENT at once', async (_what, endpoint) => {
  expect(await rejection(connect(endpoint, { timeout: 60_000 }))).toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('options that mean nothing are TypeErrors', async () => {
  for (const options of [
    { timeout: -1 },
    { timeout: Number.NaN },
    { timeout: '5' as never },
    { callTimeout: -1 },
  ])
    expect(await rejection(connect('lab', options))).toBeInstanceOf(TypeError);
});
