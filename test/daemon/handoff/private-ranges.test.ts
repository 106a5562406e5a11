// Ranges that are used again: nobody ever sees in them what was another's.
import type { Client } from '../../../client';
import { callContext } from '../../../daemon/call-context';
import type { NdArray } from '../../../src/values/nd-array';
import { release } from '../../../src/values/ownership';
import { House } from '../daemon/house';
import { KiB, MiB, randomFrom, WAYS } from './support';

/** How many bytes are not `value`. */
function others(bytes: Uint8Array, value: number): number {
  let count = 0;
  // Every 61st, and the ends: bytes of others come in ranges.
  for (let at = 0; at < bytes.length; at += 61) if (bytes[at] !== value) count++;
  return count + (bytes[0] === value ? 0 : 1) + (bytes.at(-1) === value ? 0 : 1);
}

const target = {
  /** Gives back as many bytes, all of the value that the caller's have, or says what else it saw. */
  mirror(bytes: Uint8Array, value: number): unknown {
    const wrong = others(bytes, value);
    if (wrong > 0) return `${wrong} bytes of others`;
    const result = callContext().alloc([bytes.length], 'uint8');
    result.data.fill(value);
    return result;
  },
  /** Nothing is written: what stands in it is what was there. */
  raw: (length: number): unknown => callContext().alloc([length], 'uint8'),
};

describe.each(WAYS)('ranges (%s)', (handoff) => {
  let house: House;
  beforeEach(async () => {
    house = new House();
    await house.daemon({ it: target }, { handoff });
  });
  afterEach(() => house.close());

  async function work(client: Client, value: number, calls: number): Promise<void> {
    const random = randomFrom(value);
    for (let made = 0; made < calls; made++) {
      const length = Math.ceil(2 ** (random() * 21));
      const allocated = random() < 0.5 ? client.alloc([length], 'uint8') : undefined;
      const bytes = (allocated?.data ?? new Uint8Array(length)).fill(value);
      const result = (await client.call('it', 'mirror', [bytes, value])) as NdArray<Uint8Array>;
      expect([result.size, others(result.data, value)]).toEqual([length, 0]);
      if (random() < 0.8) result.release();
      if (random() < 0.8) allocated?.release();
    }
  }

  test('four clients at once see their own bytes only, over a thousand calls of all sizes', async () => {
    const clients = await Promise.all([1, 2, 3, 4].map(() => house.client({ handoff })));
    await Promise.all(clients.map((client, index) => work(client, 17 * (index + 1), 250)));
  });

  test('a range that was not written shows zeros, or what its own session had there', async () => {
    const [one, two] = [await house.client({ handoff }), await house.client({ handoff })];
    await Promise.all([work(one, 101, 40), work(two, 102, 40)]);
    for (const length of [5 * KiB, 64 * KiB, 300 * KiB, MiB]) {
      for (const [client, other] of [
        [one, 102],
        [two, 101],
      ] as const) {
        const { data } = (await client.call('it', 'raw', [length])) as NdArray<Uint8Array>;
        expect(data.includes(other)).toBe(false);
        release(data);
        expect(client.alloc([length], 'uint8').data.includes(other)).toBe(false);
      }
    }
    await one.close();
    const three = await house.client({ handoff });
    const { data } = (await three.call('it', 'raw', [MiB])) as NdArray<Uint8Array>;
    expect([data.includes(101), data.includes(102)]).toEqual([false, false]);
  });
});
