// Who comes in, and who is shown out: clients that keep no rule, while one that does notices nothing.
import { KIND, type Head } from '../../../src/frames';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { IS_WINDOWS } from '../../../src/os';
import type { Client } from '../../../client';
import { endpointIn } from '../../support/places';
import { House } from '../daemon/house';
import { until } from '../handoff/support';
import { call, frame, hello, RawClient } from './raw-client';

let house: House;
let good: Client;
let raws: RawClient[];

beforeEach(async () => {
  house = new House();
  raws = [];
});
afterEach(async () => {
  // The good client has noticed nothing: the same session, and it is answered.
  if (good.state === 'connected') {
    expect(good.session).toBe(1);
    expect(await good.call('echo', 'echo', ['still here'])).toBe('still here');
  }
  for (const raw of raws) raw.destroy();
  await house.close();
});

async function start(limits: Record<string, number> = {}): Promise<void> {
  const echo = {
    echo: (value: unknown) => value,
    async large(): Promise<string> {
      await new Promise((resolve) => setImmediate(resolve));
      return 'x'.repeat(100_000);
    },
  };
  await house.daemon({ echo }, { limits });
  good = await house.client();
}

async function raw(): Promise<RawClient> {
  const client = await RawClient.connect(house.path);
  raws.push(client);
  return client;
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u16 = (value: number): Buffer => u32(value).subarray(2);

const ATTACKS: [string, () => Buffer | string, string, RegExp][] = [
  ['garbage', () => Buffer.alloc(100, 0xee), 'TOO_LARGE', /a frame of \d+ bytes: the limit/],
  [
    'garbage of plausible length',
    () => Buffer.concat([u32(64), u16(20), Buffer.alloc(62, 0xee)]),
    'PROTOCOL',
    /a head/,
  ],
  ['an oversize length', () => u32(0xffffffff), 'TOO_LARGE', /the limit is/],
  ['a greeting without end', () => u32(2 * 1024 * 1024), 'TOO_LARGE', /the limit is 1048576/],
  ['a length of nothing', () => Buffer.concat([u32(0), u16(0)]), 'PROTOCOL', /a frame of 4 bytes/],
  [
    'an endless head',
    () => Buffer.concat([u32(0x10000), u16(0xffff), Buffer.alloc(60_000)]),
    'PROTOCOL',
    /a head of 65535 bytes/,
  ],
  [
    'a head longer than its frame',
    () => Buffer.concat([u32(20), u16(4000), Buffer.alloc(20)]),
    'PROTOCOL',
    /longer than its frame/,
  ],
  ['an HTTP request', () => 'GET / HTTP/1.1\r\nHost: lab\r\n\r\n', 'TOO_LARGE', /a frame of/],
  [
    'a hello of nested headers',
    () => {
      const head = Buffer.from([0x83, 0, 0, 0]);
      return Buffer.concat([
        u32(2 + head.length + 10_000),
        u16(head.length),
        head,
        Buffer.alloc(10_000, 0x9f),
      ]);
    },
    'PROTOCOL',
    /./,
  ],
  ['a hello without a map', () => frame([KIND.hello, 0, 0], 5), 'PROTOCOL', /without a map/],
  ['a hello without a version', () => hello({ protocol: 'new' }), 'PROTOCOL', /without a protocol version/],
  [
    'a hello with limits too low to work with',
    () => hello({ limits: { frameBytes: 10 } }),
    'PROTOCOL',
    /frameBytes must be at least/,
  ],
  ['a call before hello', () => call(1, 'echo', 'echo'), 'PROTOCOL', /the first frame must be a hello/],
  ['a hello twice', () => Buffer.concat([hello(), hello()]), 'PROTOCOL', /a frame of kind 0 at this point/],
  ['a welcome', () => Buffer.concat([hello(), frame([KIND.welcome, 0, 0], {})]), 'PROTOCOL', /kind 2/],
  [
    'an answer to a call that was never made',
    () => Buffer.concat([hello(), frame([KIND.result, 7, 1, []], 1)]),
    'PROTOCOL',
    /call 7, which was never made/,
  ],
  [
    'a call with an id used before',
    () => Buffer.concat([hello(), call(5, 'echo', 'echo'), call(5, 'echo', 'echo')]),
    'PROTOCOL',
    /call 5 came after call 5/,
  ],
  [
    'a call with the last id that there is',
    () => Buffer.concat([hello(), call(Number.MAX_SAFE_INTEGER, 'echo', 'echo')]),
    'PROTOCOL',
    /call ids are used up/,
  ],
  [
    'a kind that does not exist',
    () => Buffer.concat([hello(), frame([99, 0, 0] as unknown as Head)]),
    'PROTOCOL',
    /kind 99/,
  ],
];

test.each(ATTACKS)(
  'a connection that sends %s is told why and closed, and others notice nothing',
  async (_what, bytes, code, message) => {
    await start();
    const attacker = await raw();
    attacker.write(bytes());
    const out = await attacker.shownOut();
    expect(out.code).toBe(code);
    expect(out.body).toMatchObject({ message: expect.stringMatching(message) });
    expect(await house.log(/was refused: | left: /)).toMatchObject({ level: 40, code });
    expect((await good.status()).counters).toMatchObject({ connections: 2, refused: 1, silent: 0 });
  },
);

test('a client of another version learns both versions', async () => {
  await start();
  const old = await raw();
  old.write(hello({ protocol: [9, 3] }));
  const { code, body } = await old.shownOut();
  expect(code).toBe('INCOMPATIBLE');
  expect(body).toMatchObject({
    message: expect.stringMatching(/9\.3.*1\.0.*update the older one/),
    details: { theirs: '9.3', ours: '1.0' },
  });
});

test('a client of a later minor version is welcome', async () => {
  await start();
  const newer = await raw();
  newer.write(hello({ protocol: [1, 7], features: ['tomorrow', 5], something: 'new' }));
  expect((await newer.frame(KIND.welcome)).body).toMatchObject({ protocol: [1, 0], session: { id: 2 } });
});

test.each([1, 5, 20])(
  'half a hello, cut after %i bytes, waits without harm and may go away',
  async (length) => {
    await start();
    const half = await raw();
    half.write(hello().subarray(0, length));
    await good.call('echo', 'echo');
    expect((await good.status()).counters).toMatchObject({ silent: 1 });
    half.socket.end();
    await half.closed;
    await until(async () => (await good.status()).counters.silent === 0);
    expect((await good.status()).counters.refused).toBe(0);
  },
);

test('a hello that comes byte by byte is a hello', async () => {
  await start();
  const slow = await raw();
  for (const byte of hello()) slow.write(Uint8Array.of(byte));
  expect((await slow.frame(KIND.welcome)).body).toMatchObject({ session: { id: 2 } });
});

test('a body that can not be read fails its call only', async () => {
  await start();
  const odd = await RawClient.greeted(house.path);
  raws.push(odd);
  const bytes = call(1, 'echo', 'echo', ['x']);
  bytes[bytes.length - 1] = 0xff;
  odd.write(
    Buffer.concat([bytes, call(2, 'echo', 'echo', { not: 'an array' }), call(3, 'echo', 'echo', ['fine'])]),
  );
  expect((await odd.frame(KIND.result)).body).toBe('fine');
  const errors = odd.frames.filter(({ head }) => head[0] === KIND.error).map(({ head }) => head.slice(1, 5));
  expect(errors).toEqual([
    [1, 1, 'PROTOCOL', 'no'],
    [2, 1, 'PROTOCOL', 'no'],
  ]);
});

test('over the limit of silent connections the oldest one is told BUSY and closed, and a new one never refused', async () => {
  await start();
  const silent = await Promise.all(Array.from({ length: DEFAULT_LIMITS.silentConnections }, () => raw()));
  // In the order in which the daemon accepted them: the first to go is the oldest.
  const gone: number[] = [];
  silent.forEach(({ closed }, index) => void closed.then(() => gone.push(index)));
  const another = await house.client({}, house.path);
  expect(await another.call('echo', 'echo', ['new'])).toBe('new');
  expect((await good.status()).counters.silent).toBe(DEFAULT_LIMITS.silentConnections - 1);
  const outs = await Promise.race(silent.map((client) => client.shownOut()));
  expect(outs).toMatchObject({ code: 'BUSY', body: { message: expect.stringContaining('said nothing') } });
  expect(gone).toHaveLength(1);
  expect((await good.status()).counters).toMatchObject({ refused: 1 });
});

test('silent connections do not outlive the daemon', async () => {
  const daemon = await house.daemon({}, {}, { endpoint: endpointIn(house.directory, 'other') });
  await start();
  const silent = await RawClient.connect(daemon.path);
  raws.push(silent);
  await until(() => daemon.status().counters.silent === 1);
  await daemon.close(0);
  expect((await silent.shownOut()).code).toBe('DRAINING');
});

test('a client that never reads is read from no more, and its calls wait, while others are served', async () => {
  await start({ pendingHighWater: 1_000_000 });
  const deaf = await RawClient.greeted(house.path);
  raws.push(deaf);
  deaf.socket.pause();
  for (let id = 1; id <= 200; id++) deaf.write(call(id, 'echo', 'large'));
  for (let round = 0; round < 50; round++) await good.call('echo', 'echo', [round]);
  const { sessions } = await good.status();
  const [, session] = sessions;
  expect(session?.name).toBe('raw');
  expect(session?.pendingBytes).toBeGreaterThan(1_000_000);
  expect(session?.pendingBytes).toBeLessThan(1_300_000);
  deaf.socket.resume();
  await last(deaf, 200);
  expect((await good.status()).sessions[1]).toMatchObject({ pendingBytes: 0, pending: 0, calls: 200 });
});

/** Resolves when so many results have come. */
async function last(client: RawClient, count: number): Promise<void> {
  const results = (): number => client.frames.filter(({ head }) => head[0] === KIND.result).length;
  while (results() < count) await new Promise((resolve) => client.socket.once('data', resolve));
}

test('sessions show the user and the process that the kernel reports, whatever the client claims', async () => {
  await start();
  const liar = await raw();
  liar.write(hello({ peer: { name: 'x'.repeat(1000), pid: 'nobody', language: 5, version: null } }));
  await liar.frame(KIND.welcome);
  const { sessions, user } = await good.status();
  const kernel = IS_WINDOWS ? {} : { pid: process.pid, user };
  expect(sessions[1]).toMatchObject({ ...kernel, language: 'unknown', version: 'unknown' });
  expect(sessions[1]?.name).toHaveLength(200);
  expect(sessions[0]).toMatchObject({ name: 'test', ...kernel, language: 'javascript' });
});
