// `$daemon.limits()`: every limit, how much of it is in use, and by whom.
import type { Client } from '../../../client';
import { expose } from '../../../daemon/box/expose';
import { DEFAULT_LIMITS, LIMIT_MEANINGS, type Limits } from '../../../src/limits';
import { IS_WINDOWS } from '../../../src/os';
import type { LimitStatus } from '../../../src/status';
import { RawClient } from '../session/raw-client';
import { ByteWriter } from '../../../src/cbor/byte-writer';
import { KIND, writeFrame } from '../../../src/frames';
import { placing } from '../../support/placers';
import { House } from './house';

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
  expect(limits.get('connectionsPerUser')).toMatchObject({
    use: 4,
    of: IS_WINDOWS ? 'an unknown user' : user,
  });
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
