// Which way payloads go is agreed for each direction by itself; all of them are right in every case.
import type { Client } from '../../../client';
import type { HandoffChoice } from '../../../src/handoff/handoff';
import { OS } from '../../../src/os';
import type { HandoffStatus } from '../../../src/status';
import { release } from '../../../src/values/ownership';
import { House } from '../daemon/house';
import { KiB, MiB, patterned, same, until } from './support';

/** Around every bound: in the body, in the frame, copied at once, copied in slices. */
const SIZES = [1, 4 * KiB - 1, 4 * KiB, 64 * KiB, 64 * KiB + 1, MiB, MiB + 1, 20 * MiB];

const target = {
  same: (bytes: Uint8Array, seed: number): boolean => same(bytes, patterned(bytes.length, seed)),
  make: (length: number, seed: number): Uint8Array => patterned(length, seed),
  async *frames(lengths: number[]): AsyncGenerator<unknown> {
    for (const [seed, length] of lengths.entries()) yield [patterned(length, seed), seed];
  },
  echo: (value: unknown): unknown => value,
};

let house: House;
beforeEach(() => (house = new House()));
afterEach(() => house.close());

async function pair(client: HandoffChoice, daemon: HandoffChoice): Promise<Client> {
  await house.daemon({ it: target, other: target }, { handoff: daemon });
  return house.client({ handoff: client });
}

async function statusOf(client: Client): Promise<{ in: HandoffStatus; out: HandoffStatus }> {
  const [session] = (await client.status()).sessions;
  if (session === undefined) throw new Error('no session');
  return session.handoff;
}

async function checkAllSizes(client: Client): Promise<void> {
  for (const [seed, length] of SIZES.entries()) {
    expect([length, await client.call('it', 'same', [patterned(length, seed), seed])]).toEqual([
      length,
      true,
    ]);
    const allocated = client.alloc([length], 'uint8');
    allocated.data.set(patterned(length, seed));
    expect([length, await client.call('it', 'same', [allocated.data, seed])]).toEqual([length, true]);
    allocated.release();
    const result = (await client.call('it', 'make', [length, seed])) as Uint8Array;
    expect([length, same(result, patterned(length, seed))]).toEqual([length, true]);
    release(result);
  }
  let seen = 0;
  for await (const item of client.call('it', 'frames', [SIZES])) {
    const [bytes, seed] = item as [Uint8Array, number];
    expect([seed, same(bytes, patterned(SIZES[seed] as number, seed))]).toEqual([seen++, true]);
  }
  expect(seen).toBe(SIZES.length);
}

const linux = OS === 'linux' ? describe : describe.skip;

linux('on Linux', () => {
  test.each([
    ['auto', 'auto', 'memfd', 'memfd'],
    ['memfd', 'file', 'memfd', 'file'],
    ['file', 'auto', 'file', 'memfd'],
    ['file', 'file', 'file', 'file'],
    ['never', 'auto', 'inline', 'inline'],
    ['auto', 'never', 'inline', 'inline'],
    ['never', 'never', 'inline', 'inline'],
  ] as const)(
    'a client with %s and a daemon with %s: %s in, %s out, and payloads of all sizes are right',
    async (mine, its, way, back) => {
      const client = await pair(mine, its);
      await until(async () => !JSON.stringify(await statusOf(client)).includes('not agreed'));
      const agreed = await statusOf(client);
      expect([agreed.in.way, agreed.out.way]).toEqual([way, back]);
      const never = /handoff: 'never'/;
      if (way === 'inline') expect([agreed.in.reason, agreed.out.reason].join()).toMatch(never);
      else expect([agreed.in.reason, agreed.out.reason]).toEqual([undefined, undefined]);
      await checkAllSizes(client);
      const after = await statusOf(client);
      expect([after.in.way, after.out.way]).toEqual([way, back]);
      expect(after.out.granted).toBe(0);
      if (way === 'inline') expect([after.in.segments, after.out.segments]).toEqual([0, 0]);
      else expect(Math.min(after.in.segments, after.out.segments)).toBeGreaterThan(0);
    },
  );
});

test.each(['auto', 'never'] as const)(
  'small calls pass a large one on its way, there and back (%s)',
  async (handoff) => {
    const client = await pair(handoff, handoff);
    const bytes = patterned(20 * MiB, 1);
    let small = 0;
    let over = false;
    const large = client.call('it', 'echo', [bytes]).finally(() => (over = true));
    while (!over) {
      await client.call('other', 'echo', [small]);
      small++;
    }
    expect(same((await large) as Uint8Array, bytes)).toBe(true);
    expect(small).toBeGreaterThan(2);
  },
);

test('a daemon serves clients of all ways at once', async () => {
  await house.daemon({ it: target });
  const ways: HandoffChoice[] = OS === 'linux' ? ['auto', 'never', 'file'] : ['auto', 'never'];
  const clients = await Promise.all(ways.map((handoff) => house.client({ handoff })));
  await Promise.all(
    clients.map(async (client, index) => {
      for (let round = 0; round < 5; round++) {
        const bytes = patterned(3 * MiB, 10 * index + round);
        expect(same((await client.call('it', 'echo', [bytes])) as Uint8Array, bytes)).toBe(true);
      }
    }),
  );
});
