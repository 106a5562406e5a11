// `$daemon`: what runs, who is there, and how to end it.
import { userInfo } from 'node:os';
import type { Client, IncomingStream } from '../../../client';
import { expose } from '../../../daemon/box/expose';
import { IS_WINDOWS } from '../../../src/os';
import { VERSION } from '../../../src/version';
import { Steps } from '../target/steps';
import { House, rejection } from './house';

/** Reads volts. */
class Meter {
  get range(): number {
    return 1;
  }
  /** Mean of `samples` readings. */
  async read(samples = 1): Promise<number> {
    return samples;
  }
}

let house: House;
let client: Client;

beforeEach(() => {
  house = new House();
});
afterEach(() => house.close());

async function start(targets: Record<string, object> = { pm: new Meter() }): ReturnType<House['daemon']> {
  const daemon = await house.daemon(targets);
  client = await house.client();
  await daemon.opened;
  return daemon;
}

test('targets lists all with their state, itself among them', async () => {
  const broken = (): never => {
    throw new Error('no such port');
  };
  await start({ pm: () => new Meter(), broken });
  expect(await client.targets()).toMatchObject([
    { name: 'pm', state: 'ready', type: 'Meter' },
    { name: 'broken', state: 'failed', reason: 'no such port' },
    { name: '$daemon', state: 'ready', type: 'DaemonTarget' },
  ]);
});

test('one target that fails does not stop the others, and heals by itself on a later call', async () => {
  let plugged = false;
  const flaky = async (): Promise<Meter> => {
    if (!plugged) throw new Error('no such port');
    return new Meter();
  };
  await start({ pm: new Meter(), flaky });
  expect(await client.call('pm', 'read', [3])).toBe(3);
  const error = await rejection(client.call('flaky', 'read'));
  expect(error).toMatchObject({
    code: 'NO_TARGET',
    ran: 'no',
    details: { target: 'flaky', state: 'failed' },
  });
  expect(error.message).toMatch(/flaky could not be opened \(tried again .*\): no such port/);
  await house.log(/flaky could not be opened/);
  plugged = true;
  // Its pause is half a second: the calls until then say so, the first one after it opens the target.
  let value: unknown;
  while (value === undefined) value = await client.call('flaky', 'read', [4]).catch(() => undefined);
  expect(value).toBe(4);
  expect(await client.targets()).toContainEqual(expect.objectContaining({ name: 'flaky', state: 'ready' }));
});

test('open opens what is not open at once, also what is just failing to open; what is open stays as it is', async () => {
  let made = 0;
  let plugged = false;
  let fail: (reason: Error) => void = () => undefined;
  const pm = (): Meter => {
    made++;
    return new Meter();
  };
  const slow = (): Meter | Promise<Meter> =>
    plugged ? new Meter() : new Promise<Meter>((_, reject) => (fail = reject));
  const daemon = await house.daemon({ pm, slow });
  client = await house.client();
  const opened = client.call('$daemon', 'open', ['slow']);
  await client.call('$daemon', 'echo'); // By then the call above has been made.
  plugged = true;
  fail(new Error('no such port'));
  expect(await opened).toMatchObject([{ name: 'slow', state: 'ready' }]);
  await daemon.opened;
  expect(await client.call('$daemon', 'open')).toMatchObject([
    { name: 'pm', state: 'ready' },
    { name: 'slow', state: 'ready' },
  ]);
  expect(made).toBe(1);
  expect(await rejection(client.call('$daemon', 'open', ['pn']))).toMatchObject({ code: 'NO_TARGET' });
});

test('describe tells all members, and opens a target that is not open', async () => {
  await start();
  const { name, type, members } = await client.describe('pm');
  expect([name, type]).toEqual(['pm', 'Meter']);
  expect(members.map((member) => [member.name, member.kind])).toEqual([
    ['range', 'property'],
    ['read', 'method'],
  ]);
  expect((await client.describe('$daemon')).members.map((member) => member.name)).toEqual([
    'targets',
    'describe',
    'open',
    'status',
    'limits',
    'calls',
    'lease',
    'renewLease',
    'breakLease',
    'leases',
    'stop',
    'reload',
    'logLevel',
    'echo',
    'logs',
  ]);
});

test('status tells version, process, sessions, queues, counters, memory and the event loop', async () => {
  const steps = new Steps();
  const daemon = await start({ steps, pm: new Meter() });
  const calls = ['a', 'b'].map((name) => client.call('steps', 'work', [name]));
  await steps._began('a');
  await rejection(client.call('pm', 'nothing'));
  const status = await client.status();
  const named = IS_WINDOWS ? {} : { user: userInfo().username }; // The kernel of Windows names nobody.
  expect(status).toMatchObject({
    version: VERSION,
    protocol: '1.0',
    pid: process.pid,
    endpoint: 'lab',
    path: house.path,
    user: userInfo().username,
    state: 'running',
    logLevel: 'debug',
    sessions: [{ id: 1, name: 'test', pid: process.pid, ...named, calls: 4, pending: 3 }],
    counters: { connections: 1, refused: 0, silent: 0, calls: 4, errors: 1, stray: 0 },
  });
  expect(status.targets).toMatchObject([
    { name: 'steps', running: [`work (test, pid ${process.pid})`], waiting: 1, calls: 2, errors: 0 },
    { name: 'pm', running: [], waiting: 0, calls: 1, errors: 1 },
    { name: '$daemon', running: [`status (test, pid ${process.pid})`], calls: 1 },
  ]);
  for (const number of [status.uptime, status.memory.rss, status.memory.heapUsed])
    expect(number).toBeGreaterThan(0);
  expect(Object.keys(status.eventLoopDelay)).toEqual(['mean', 'p99', 'max']);
  expect(daemon.status().pid).toBe(process.pid);
  for (const name of ['a', 'b']) await steps._finish(name);
  await Promise.all(calls);
});

test('echo gives back what it is given: nothing, a value, an array', async () => {
  await start();
  expect(await client.call('$daemon', 'echo')).toBeUndefined();
  expect(await client.call('$daemon', 'echo', [{ volts: [0.25, NaN] }])).toEqual({ volts: [0.25, NaN] });
  const sent = new Uint16Array(100_000).map((_, at) => at);
  expect(await client.call('$daemon', 'echo', [sent])).toEqual(sent);
});

test('logLevel tells the level and sets it', async () => {
  await start();
  expect(await client.call('$daemon', 'logLevel')).toBe('debug');
  expect(await client.call('$daemon', 'logLevel', ['warn'])).toBe('warn');
  expect((await client.status()).logLevel).toBe('warn');
  expect(await rejection(client.call('$daemon', 'logLevel', ['loud']))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    ran: 'no',
    message: expect.stringContaining('trace, debug, info'),
  });
});

test('logs gives the last lines, and with follow those to come', async () => {
  const daemon = await start();
  daemon.warn('the first');
  const last: string[] = [];
  for await (const line of client.call('$daemon', 'logs', [2])) last.push(JSON.parse(line as string).msg);
  expect(last).toContain('the first');
  expect(last).toHaveLength(2);
  const follow = (await client.call('$daemon', 'logs', [1, true])) as IncomingStream<string>;
  daemon.warn('the second');
  const seen: string[] = [];
  for await (const line of follow) {
    seen.push(JSON.parse(line).msg);
    if (seen.includes('the second')) break;
  }
  expect(seen.at(-1)).toBe('the second');
  expect(seen.filter((msg) => msg === 'the second')).toHaveLength(1);
});

test('following the log at its chattiest does not feed itself', async () => {
  await start();
  await client.call('$daemon', 'logLevel', ['trace']);
  const follow = (await client.call('$daemon', 'logs', [1, true])) as IncomingStream<string>;
  await follow.next();
  for (let round = 0; round < 20; round++) await client.call('pm', 'read');
  const { length } = house.entries;
  for (let round = 0; round < 20; round++) await client.status();
  expect(house.entries).toHaveLength(length);
  await follow.return();
});

test('stop answers at once with the number of calls that still run, and then the daemon ends', async () => {
  const steps = new Steps();
  const daemon = await start({ steps: expose(steps, { concurrency: 2 }) });
  const running = ['a', 'b'].map((name) => client.call('steps', 'work', [name]));
  await Promise.all([steps._began('a'), steps._began('b')]);
  expect(await client.call('$daemon', 'stop')).toEqual({ running: 2 });
  for (const name of ['a', 'b']) await steps._finish(name);
  expect(await Promise.all(running)).toEqual(['a', 'b']);
  await daemon.ended;
});

test('stop refuses what is no time', async () => {
  await start();
  for (const timeout of [-1, 'soon', Number.NaN])
    expect(await rejection(client.call('$daemon', 'stop', [timeout]))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  expect((await client.status()).state).toBe('running');
});
