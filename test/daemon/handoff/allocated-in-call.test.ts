// What a method allocates for its caller is not copied, and goes with the answer that carries it.
import type { Client } from '../../../client';
import { callContext } from '../../../daemon/call-context';
import type { NdArray } from '../../../src/values/nd-array';
import { keep } from '../../../src/values/ownership';
import { House, rejection } from '../daemon/house';
import { GIVEN_BACK, KiB, MiB, patterned, same, until, WAYS } from './support';

const HALF = MiB / 2;

type Bytes = NdArray<Uint8Array, 'uint8'>;

interface Nested {
  readonly whole: Bytes;
  readonly part: Bytes;
  readonly other: Map<string, Uint8Array>;
}

function filled(length: number, seed: number): Bytes {
  const array = callContext().alloc([length], 'uint8');
  array.data.set(patterned(length, seed));
  return array;
}

class Camera {
  mine: Bytes[] = [];

  snap(length: number, seed: number): Bytes {
    return this._own(filled(length, seed));
  }
  async snapAndKeep(length: number, seed: number): Promise<Bytes> {
    await new Promise((resolve) => setImmediate(resolve));
    return keep(this._own(filled(length, seed)));
  }
  nested(length: number): Nested {
    const array = this._own(filled(length, 1));
    return { whole: array, part: array.slice(0, 5 * KiB), other: new Map([['data', array.data]]) };
  }
  draw(): void {
    for (const array of this.mine) array.data.fill(77);
  }
  async *frames(count: number, length: number): AsyncGenerator<Bytes> {
    for (let seed = 0; seed < count; seed++) {
      yield this._own(filled(length, seed));
      this._lengths.push(this.mine.at(-1)?.detached === true ? 0 : length);
    }
  }
  unsendable(): unknown {
    return [this._own(filled(MiB, 1)), () => 0];
  }
  _lengths: number[] = [];
  _own(array: Bytes): Bytes {
    this.mine.push(array);
    return array;
  }
}

describe.each(WAYS)('arrays of callContext().alloc (%s)', (handoff) => {
  let house: House;
  let camera: Camera;
  let client: Client;
  beforeEach(async () => {
    house = new House();
    camera = new Camera();
    await house.daemon({ cam: camera }, { handoff });
    client = await house.client({ handoff });
  });
  afterEach(() => house.close());

  const shared = (length: number): boolean => handoff !== 'never' && (handoff !== 'file' || length < MiB);
  const segments = async (): Promise<number> => (await client.status()).segments.segments;

  test('a returned one arrives whole, and is gone in the daemon', async () => {
    for (const [seed, length] of [1, 5 * KiB, 100 * KiB, MiB, MiB + 1, 5 * MiB].entries()) {
      const result = (await client.call('cam', 'snap', [length, seed])) as Bytes;
      expect(same(result.data, patterned(length, seed))).toBe(true);
      const mine = camera.mine.at(-1) as Bytes;
      // What is small travels in the message itself, and stays.
      if (length <= 4 * KiB) {
        expect(mine.detached).toBe(false);
        continue;
      }
      await until(() => mine.detached);
      expect(() => mine.data).toThrow(GIVEN_BACK);
    }
  });

  test('a method that keeps one has it for itself: nobody sees what it draws in it later', async () => {
    const result = (await client.call('cam', 'snapAndKeep', [HALF, 1])) as Bytes;
    expect(same(result.data, patterned(HALF, 1))).toBe(true);
    await client.call('cam', 'draw');
    expect(camera.mine[0]?.at(KiB)).toBe(77);
    expect(same(result.data, patterned(HALF, 1))).toBe(true);
  });

  test('it can stand in a result more than once, and in part', async () => {
    const { whole, part, other } = (await client.call('cam', 'nested', [HALF])) as Nested;
    const bytes = patterned(HALF, 1);
    expect([same(whole.data, bytes), same(other.get('data') as Uint8Array, bytes)]).toEqual([true, true]);
    expect(same(part.data, bytes.subarray(0, 5 * KiB))).toBe(true);
    whole.release();
    expect([part.size, other.get('data')?.length]).toEqual([5 * KiB, HALF]);
    await until(() => camera.mine[0]?.detached === true);
  });

  test('frames of a stream go as they are yielded, and few segments serve many', async () => {
    let seed = 0;
    for await (const frame of client.call('cam', 'frames', [100, HALF]))
      expect(same((frame as Bytes).data, patterned(HALF, seed++))).toBe(true);
    expect(seed).toBe(100);
    // In chunks it goes when the last of them has left.
    if (shared(HALF)) expect(camera._lengths).toEqual(new Array(100).fill(0));
    // As many as the window lets be under way.
    expect(await segments()).toBeLessThanOrEqual(20);
  });

  test('results that are released come from one segment', async () => {
    for (let seed = 0; seed < 50; seed++)
      ((await client.call('cam', 'snap', [3 * MiB, seed])) as Bytes).release();
    expect(await segments()).toBeLessThanOrEqual(2);
  });

  test('one that could not be sent stays with its method', async () => {
    expect(await rejection(client.call('cam', 'unsendable'))).toMatchObject({ code: 'UNENCODABLE' });
    expect(same(camera.mine[0]?.data as Uint8Array, patterned(MiB, 1))).toBe(true);
  });
});

test('outside of a call, alloc and keep work on ordinary memory', () => {
  const { alloc } = callContext();
  const array = alloc([100, 1000], 'complex64');
  expect([array.shape, array.dtype, array.data.length]).toEqual([[100, 1000], 'complex64', 200_000]);
  expect(alloc([2]).dtype).toBe('float64');
  expect(keep(array)).toBe(array);
  const typed = new Uint8Array(10);
  expect(keep(typed)).toBe(typed);
  array.release();
  expect(() => keep(array)).toThrow(GIVEN_BACK);
  expect(() => alloc([-1])).toThrow(TypeError);
  expect(() => alloc([1], 'float65' as never)).toThrow(TypeError);
});
