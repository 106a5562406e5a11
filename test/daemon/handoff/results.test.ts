// A result belongs to its caller: until it is released or nobody can reach its memory any more.
import type { Client } from '../../../client';
import type { NdArray } from '../../../src/values/nd-array';
import { release } from '../../../src/values/ownership';
import { House } from '../daemon/house';
import { collectGarbage, GIVEN_BACK, KiB, MiB, patterned, same, untilCollected, WAYS } from './support';

const target = {
  make: (length: number, seed: number): Uint8Array => patterned(length, seed),
  echo: (...values: unknown[]): unknown => values,
  first: (value: unknown): unknown => value,
};

describe.each(WAYS)('results (%s)', (handoff) => {
  let house: House;
  let client: Client;
  beforeEach(async () => {
    house = new House();
    await house.daemon({ it: target }, { handoff });
    client = await house.client({ handoff });
  });
  afterEach(() => house.close());

  async function make(length: number, seed: number): Promise<Uint8Array> {
    return (await client.call('it', 'make', [length, seed])) as Uint8Array;
  }

  /** Bytes of the daemon's segments for this client that the client has. */
  async function granted(): Promise<number> {
    const [session] = (await client.status()).sessions;
    return session?.handoff.out.granted ?? -1;
  }

  test('results that are kept stay as they were, while others come and go', async () => {
    const sizes = [70 * KiB, MiB, MiB + 1, 3 * MiB];
    const results = await Promise.all(sizes.map((length, seed) => make(length, seed)));
    for (let seed = 10; seed < 30; seed++) release(await make(sizes[seed % 4] as number, seed));
    await collectGarbage();
    results.forEach((result, seed) =>
      expect(same(result, patterned(sizes[seed] as number, seed))).toBe(true),
    );
  });

  test('a released one is empty at once, and says why', async () => {
    for (const length of [100 * KiB, 3 * MiB]) {
      const result = await make(length, 1);
      release(result);
      expect([result.length, result.buffer.byteLength]).toEqual([0, 0]);
      expect(() => result.fill(0)).toThrow(GIVEN_BACK);
      release(result);
    }
  });

  test('an argument that is returned arrives whole, and so does one that is returned twice', async () => {
    for (const length of [100 * KiB, 3 * MiB]) {
      const [bytes, other] = [patterned(length, 2), patterned(length, 3)];
      expect(same((await client.call('it', 'first', [bytes])) as Uint8Array, bytes)).toBe(true);
      const twice = (await client.call('it', 'echo', [
        bytes,
        other,
        bytes.subarray(5, 90 * KiB),
      ])) as Uint8Array[];
      expect(
        twice.map((one, index) =>
          same(one, [bytes, other, bytes.subarray(5, 90 * KiB)][index] as Uint8Array),
        ),
      ).toEqual([true, true, true]);
    }
  });

  test('what was received can be sent on, and is not lost by it', async () => {
    const bytes = patterned(2 * MiB, 4);
    const result = await make(2 * MiB, 4);
    for (let round = 0; round < 3; round++) {
      const back = (await client.call('it', 'first', [result])) as Uint8Array;
      expect(back.buffer).not.toBe(result.buffer);
      expect(same(back, bytes)).toBe(true);
      release(back);
    }
    expect(same(result, bytes)).toBe(true);
  });

  test('who holds only a part of the data holds the memory; it is used anew when nobody does', async () => {
    let part: Uint8Array | undefined = await (async () => {
      const result = (await client.call('it', 'first', [
        client.alloc([1024, 1024], 'uint8'),
      ])) as NdArray<Uint8Array>;
      result.data.set(patterned(MiB, 5));
      return result.row(3).data;
    })();
    for (let seed = 10; seed < 13; seed++) {
      await collectGarbage();
      release(await make(MiB, seed));
    }
    expect(same(part, patterned(MiB, 5).subarray(3 * 1024, 4 * 1024))).toBe(true);
    if (handoff !== 'never') expect(await granted()).toBe(MiB);
    part = undefined;
    await untilCollected(async () => (await granted()) === 0);
    expect(part).toBeUndefined();
  });

  test('results that are dropped without a word are given back, and few segments serve many', async () => {
    for (let seed = 0; seed < 60; seed++) expect((await make(MiB, seed)).length).toBe(MiB);
    await untilCollected(async () => (await granted()) === 0);
    const before = (await client.status()).segments.segments;
    for (let seed = 0; seed < 50; seed++) release(await make(MiB, seed));
    expect((await client.status()).segments.segments).toBeLessThanOrEqual(before + 1);
  });
});
