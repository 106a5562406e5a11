// An item of a stream is a loan until the next one is asked for; who leaves the loop keeps the last.
import type { Client, IncomingStream } from '../../../client';
import { NdArray } from '../../../src/values/nd-array';
import { keep } from '../../../src/values/ownership';
import { House } from '../daemon/house';
import { collectGarbage, GIVEN_BACK, KiB, MiB, patterned, same, WAYS } from './support';

const target = {
  async *frames(count: number, length: number): AsyncGenerator<Uint8Array> {
    for (let seed = 0; seed < count; seed++) yield patterned(length, seed);
  },
  async *images(count: number): AsyncGenerator<unknown> {
    for (let seed = 0; seed < count; seed++)
      yield { seed, image: new NdArray(patterned(256 * KiB, seed), [512, 512]) };
  },
};

describe.each(WAYS)('items (%s)', (handoff) => {
  let house: House;
  let client: Client;
  beforeEach(async () => {
    house = new House();
    await house.daemon({ it: target }, { handoff });
    client = await house.client({ handoff });
  });
  afterEach(() => house.close());

  async function frames(count: number, length: number): Promise<IncomingStream<Uint8Array>> {
    return (await client.call('it', 'frames', [count, length])) as IncomingStream<Uint8Array>;
  }

  test.each([100 * KiB, 2 * MiB])(
    'each is whole when it comes, and gone when the next is asked for',
    async (length) => {
      let before: Uint8Array | undefined;
      let seed = 0;
      for await (const frame of await frames(20, length)) {
        if (before !== undefined) {
          expect(before).toHaveLength(0);
          expect(() => before?.at(0)).toThrow(GIVEN_BACK);
        }
        expect(same(frame, patterned(length, seed++))).toBe(true);
        before = frame;
      }
      expect(seed).toBe(20);
      expect(before).toHaveLength(0);
    },
  );

  test('it is gone as soon as the next is asked for, not when that comes', async () => {
    const stream = await frames(2, 100 * KiB);
    const { value } = (await stream.next()) as { value: Uint8Array };
    expect(value).toHaveLength(100 * KiB);
    const next = stream.next();
    expect(value).toHaveLength(0);
    await next;
    await stream.return();
  });

  test('an NdArray within an item says so itself', async () => {
    let before: NdArray | undefined;
    for await (const item of client.call('it', 'images', [3])) {
      const { image } = item as { image: NdArray };
      if (before !== undefined) expect(() => before?.row(0)).toThrow(GIVEN_BACK);
      before = image;
    }
    expect(before?.detached).toBe(true);
  });

  test('those that are kept stay, and those between do not', async () => {
    const kept: Uint8Array[] = [];
    const rest: Uint8Array[] = [];
    for await (const frame of await frames(30, 300 * KiB))
      if (kept.length === rest.length) kept.push(keep(frame));
      else rest.push(frame);
    await collectGarbage();
    expect(kept).toHaveLength(15);
    kept.forEach((frame, index) => expect(same(frame, patterned(300 * KiB, 2 * index))).toBe(true));
    expect(rest.map(({ length }) => length)).toEqual(new Array(15).fill(0));
  });

  test('who breaks out of the loop keeps the last, and it alone', async () => {
    const seen: Uint8Array[] = [];
    for await (const frame of await frames(1000, 200 * KiB)) {
      seen.push(frame);
      if (seen.length === 5) break;
    }
    for await (const frame of await frames(20, 200 * KiB)) expect(frame).toHaveLength(200 * KiB);
    expect(seen.slice(0, 4).map(({ length }) => length)).toEqual([0, 0, 0, 0]);
    expect(same(seen[4] as Uint8Array, patterned(200 * KiB, 4))).toBe(true);
  });

  test('several that are asked for at once are lent one after the other', async () => {
    const stream = await frames(4, 100 * KiB);
    const [one, two] = await Promise.all([stream.next(), stream.next()]);
    expect([one.value, two.value].map((frame: Uint8Array) => frame.length)).toEqual([100 * KiB, 100 * KiB]);
    await stream.next();
    expect([one.value, two.value].map((frame: Uint8Array) => frame.length)).toEqual([0, 100 * KiB]);
    await stream.return();
    expect(two.value).toHaveLength(100 * KiB);
  });

  test('a stream that ends while a frame is under way leaves nothing behind', async () => {
    for (let round = 0; round < 10; round++) {
      const stream = await frames(1000, 2 * MiB);
      await stream.next();
      void stream.next();
      await stream.return();
    }
    expect(same((await (await frames(1, 2 * MiB)).next()).value as Uint8Array, patterned(2 * MiB, 0))).toBe(
      true,
    );
  });
});
