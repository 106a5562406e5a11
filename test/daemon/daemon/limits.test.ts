// `$daemon.limits()`: every limit, how much of it is in use, and by whom; and the limits of the daemon as a whole, reached.
import { connect } from 'node:net';
import { once } from 'node:events';
import type { Client } from '../../../client';
import { expose } from '../../../daemon/box/expose';
import { DEFAULT_LIMITS, LIMIT_MEANINGS, type Limits } from '../../../src/limits';
import type { LimitStatus } from '../../../src/status';
import { call, hello, RawClient } from '../session/raw-client';
import { ByteWriter } from '../../../src/cbor';
import { KIND, writeFrame } from '../../../src/frames';
import { placing } from '../../support/placers';
import { House, rejection } from './house';

let house: House;
let raws: RawClient[];

beforeEach(() => {
  house = new House();
  raws = [];
});
afterEach(async () => {
  for (const raw of raws) raw.destroy();
  await house.close();
});

async function raw(): Promise<RawClient> {
  const client = await RawClient.connect(house.path);
  raws.push(client);
  return client;
}

/** A method that settles when the test says so. */
function gate(): { hang: (..._: unknown[]) => Promise<void>; end: () => void } {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { hang: (..._: unknown[]) => ended, end };
}

/** A call with an attachment of so many bytes, which never come. */
function announcing(bytes: number): Buffer {
  const writer = new ByteWriter();
  const body = { value: [new Uint8Array(bytes)], root: 'args' };
  writeFrame(
    writer,
    [KIND.call, 1, 0, 'one', 'hang', null, 0, 0, 64, []],
    body,
    DEFAULT_LIMITS,
    placing(() => [1, bytes]),
  );
  return Buffer.concat(writer.take());
}

async function limitsOf(client: Client): Promise<Map<string, LimitStatus>> {
  const limits = (await client.call('$daemon', 'limits')) as LimitStatus[];
  return new Map(limits.map((limit) => [limit.name, limit]));
}

test('every limit is there with its sentence, and what is set in the box holds', async () => {
  await house.daemon({}, { limits: { callsInFlight: 7 } });
  const limits = await limitsOf(await house.client());
  expect([...limits.keys()]).toEqual(Object.keys(LIMIT_MEANINGS));
  for (const [name, { limit, means }] of limits) {
    expect(means).toBe(LIMIT_MEANINGS[name as keyof Limits]);
    if (name === 'callsInFlight') expect(limit).toBe(7);
    else if (name !== 'sharedBytes') expect(limit).toBe(DEFAULT_LIMITS[name as keyof Limits]);
  }
});

test('what is in use is that of the session, user or target that uses most', async () => {
  const { hang, end } = gate();
  await house.daemon({ one: { hang }, two: expose({ hang }, { maxQueue: 4 }) });
  const [quiet, busy] = [await house.client({ name: 'quiet' }), await house.client({ name: 'busy' })];
  await raw();
  const calls = [
    ...Array.from({ length: 5 }, () => busy.call('one', 'hang')),
    ...Array.from({ length: 3 }, () => busy.call('two', 'hang', [new Uint8Array(1000)])),
  ];
  const incomplete = await RawClient.greeted(house.path);
  raws.push(incomplete);
  incomplete.write(announcing(70_000));
  await busy.call('$daemon', 'targets');
  const limits = await limitsOf(quiet);
  const session = expect.stringMatching(/^session 2 \(busy, pid \d+\)$/);
  const { user } = await quiet.status();
  expect(limits.get('callsInFlight')).toMatchObject({ use: 8, of: session });
  expect(limits.get('argumentBytes')?.use).toBeGreaterThan(3000);
  expect(limits.get('maxQueue')).toMatchObject({ use: 2, limit: 4, of: 'two' });
  expect(limits.get('sessions')).toMatchObject({ use: 3 });
  expect(limits.get('connectionsPerUser')).toMatchObject({ use: 4, of: user });
  expect(limits.get('silentConnections')).toMatchObject({ use: 1 });
  expect(limits.get('arrivingBytes')).toMatchObject({
    use: 70_000,
    of: expect.stringMatching(/^session 3 /),
  });
  expect(limits.get('heldFrames')).toMatchObject({ use: 2 });
  for (const name of ['frameBytes', 'headBytes', 'depth', 'items', 'attachments', 'resumeWindow'])
    expect(limits.get(name)).not.toHaveProperty('use');
  end();
  await Promise.all(calls);
  expect((await limitsOf(quiet)).get('argumentBytes')).toMatchObject({ use: expect.any(Number) });
});

test('over the limit of sessions a client is told BUSY, and comes in once another has left', async () => {
  await house.daemon({ it: { echo: (value: unknown) => value } }, { limits: { sessions: 2 } });
  const [first, second] = [await house.client(), await house.client()];
  const error = await rejection(house.client({ timeout: 0 }));
  expect(error).toMatchObject({ code: 'BUSY', ran: 'no', message: expect.stringContaining('(sessions)') });
  expect((await limitsOf(second)).get('sessions')).toMatchObject({ use: 2, limit: 2 });
  await first.close();
  const third = await house.client();
  expect(await third.call('it', 'echo', [3])).toBe(3);
  expect(await second.call('it', 'echo', [2])).toBe(2);
});

test('over the limit of connections of one user a new one is told BUSY, and those that are there stay', async () => {
  await house.daemon({ it: { echo: (value: unknown) => value } }, { limits: { connectionsPerUser: 3 } });
  const client = await house.client();
  const silent = [await raw(), await raw()];
  await client.call('it', 'echo');
  const refused = await raw();
  refused.write(hello());
  const { code, body } = await refused.shownOut();
  expect(code).toBe('BUSY');
  expect(body).toMatchObject({ message: expect.stringContaining('(connectionsPerUser)') });
  expect((await limitsOf(client)).get('connectionsPerUser')).toMatchObject({ use: 3, limit: 3 });
  silent[0]?.socket.end();
  await silent[0]?.closed;
  expect(await (await house.client()).call('it', 'echo', ['in'])).toBe('in');
});

test('connections that are refused by the hundred are cut in the end, and told of in the log once', async () => {
  await house.daemon({ it: { echo: (value: unknown) => value } }, { limits: { connectionsPerUser: 1 } });
  const client = await house.client();
  const sockets = Array.from({ length: 200 }, () =>
    connect(house.path)
      .on('error', () => undefined)
      .resume(),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'close')));
  expect((await limitsOf(client)).get('connectionsPerUser')).toMatchObject({ use: 1 });
  expect((await client.status()).counters).toMatchObject({ connections: 201, refused: 200 });
  expect(house.entries.filter(({ msg }) => msg.includes('was refused'))).toHaveLength(1);
});

test('a target that states no queue has that of the box', async () => {
  const { hang, end } = gate();
  await house.daemon({ it: { hang }, own: expose({ hang }, { maxQueue: 3 }) }, { limits: { maxQueue: 1 } });
  const client = await house.client();
  const outcomes = (target: string): Promise<string>[] =>
    Array.from({ length: 5 }, () =>
      client.call(target, 'hang').then(
        () => 'done',
        ({ code }: { code: string }) => code,
      ),
    );
  const both = [...outcomes('it'), ...outcomes('own')];
  await client.call('$daemon', 'targets');
  end();
  expect(await Promise.all(both)).toEqual([
    ...['done', 'done', 'BUSY', 'BUSY', 'BUSY'],
    ...['done', 'done', 'done', 'done', 'BUSY'],
  ]);
});

test('a call over the depth or the number of items fails alone', async () => {
  await house.daemon({ it: { echo: (value: unknown) => value } }, { limits: { depth: 4, items: 100 } });
  const odd = await RawClient.greeted(house.path);
  raws.push(odd);
  odd.write(call(1, 'it', 'echo', [[[[[1]]]]]));
  odd.write(call(2, 'it', 'echo', [Array.from({ length: 200 }, () => 1)]));
  odd.write(call(3, 'it', 'echo', ['fine']));
  expect((await odd.frame(KIND.result)).body).toBe('fine');
  const errors = odd.frames.filter(({ head }) => head[0] === KIND.error).map(({ head }) => head.slice(1, 5));
  expect(errors).toEqual([
    [1, 1, 'TOO_LARGE', 'no'],
    [2, 1, 'TOO_LARGE', 'no'],
  ]);
});
