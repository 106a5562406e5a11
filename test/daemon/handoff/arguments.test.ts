// An argument is a loan until its method's promise settles: whichever way it came.
import type { Client } from '../../../client';
import { NdArray } from '../../../src/values/nd-array';
import { keep } from '../../../src/values/ownership';
import { House, rejection } from '../daemon/house';
import { gate, GIVEN_BACK, KiB, MiB, patterned, same, until, WAYS } from './support';

type Any = NdArray | Uint8Array;

/** Stores what it is given, and does with it what tests ask. */
class Store {
  stored: Any[] = [];
  hold = gate();
  reached = gate();
  inFinally = 0;
  /** The length of what `look` was given, in the next turn. */
  after: number | undefined;

  async take(array: Any): Promise<number> {
    this.stored = [array];
    this.reached.open();
    await this.hold.passed;
    return dataOf(array).length;
  }
  async takeAndThrow(array: Any): Promise<void> {
    await this.take(array);
    throw new Error('no');
  }
  keep(array: Any): void {
    this.stored = [keep(array)];
  }
  keepNested({ one, other }: { one: Uint8Array; other: Uint8Array }): void {
    this.stored = [keep(one.subarray(7, 9)), other];
  }
  look(array: Uint8Array): number {
    this.after = undefined;
    setImmediate(() => (this.after = array.length));
    return array[0] as number;
  }
  copy(array: NdArray | Uint8Array): void {
    this.stored = [array instanceof Uint8Array ? array.slice() : array.copy()];
  }
  get last(): Any | undefined {
    return this.stored[0];
  }
  set last(array: Any) {
    this.stored = [array];
  }
  async *pieces(array: Uint8Array, count: number): AsyncGenerator<Uint8Array> {
    this.stored = [array];
    const step = array.length / count;
    try {
      for (let piece = 0; piece < count; piece++) yield array.subarray(piece * step, (piece + 1) * step);
    } finally {
      this.inFinally = array.length;
    }
  }
}

function dataOf(array: Any): Uint8Array {
  return (array instanceof Uint8Array ? array : array.data) as Uint8Array;
}

describe.each(WAYS)('arguments (%s)', (handoff) => {
  let house: House;
  let store: Store;
  let client: Client;
  beforeEach(async () => {
    house = new House();
    store = new Store();
    await house.daemon({ it: store }, { handoff });
    client = await house.client({ handoff });
  });
  afterEach(() => house.close());

  /** As a user has them, and as they are sent. */
  const kinds: readonly [string, (bytes: Uint8Array) => Any][] = [
    ['a typed array', (bytes) => bytes],
    ['an NdArray', (bytes) => new NdArray(bytes, [bytes.length / 4, 4])],
    [
      'an array that was allocated',
      (bytes) => {
        const array = client.alloc([bytes.length], 'uint8');
        array.data.set(bytes);
        return array;
      },
    ],
  ];

  test.each(kinds)(
    '%s is whole while its method runs, and gone once its promise has settled',
    async (_, make) => {
      for (const [round, length] of [100 * KiB, 3 * MiB].entries()) {
        const bytes = patterned(length, round);
        store.hold = gate();
        store.reached = gate();
        const call = client.call('it', 'take', [make(bytes)]);
        await store.reached.passed;
        const [stored] = store.stored as [Any];
        expect(same(dataOf(stored), bytes)).toBe(true);
        store.hold.open();
        expect(await call).toBe(length);
        if (stored instanceof Uint8Array) {
          expect([stored.length, stored.byteLength, stored.buffer.byteLength]).toEqual([0, 0, 0]);
          expect(() => stored.slice()).toThrow(GIVEN_BACK);
          expect(() => [...stored]).toThrow(GIVEN_BACK);
        } else {
          expect(stored.detached).toBe(true);
          expect(() => stored.data).toThrow(GIVEN_BACK);
          expect(() => stored.at(0)).toThrow(TypeError);
        }
        expect(() => keep(stored)).toThrow(GIVEN_BACK);
      }
    },
  );

  test('it ends with a method that throws, too', async () => {
    const error = rejection(client.call('it', 'takeAndThrow', [patterned(MiB, 1)]));
    await store.reached.passed;
    expect(dataOf(store.stored[0] as Any)).toHaveLength(MiB);
    store.hold.open();
    expect(await error).toMatchObject({ code: 'METHOD_FAILED' });
    expect(dataOf(store.stored[0] as Any)).toHaveLength(0);
  });

  test('what was kept or copied stays as it was, whatever comes after it', async () => {
    const bytes = patterned(2 * MiB, 2);
    for (const method of ['keep', 'copy'])
      for (const [, make] of kinds) {
        await client.call('it', method, [make(bytes)]);
        for (let seed = 10; seed < 15; seed++) await client.call('it', 'look', [patterned(2 * MiB, seed)]);
        expect(same(dataOf(store.stored[0] as Any), bytes)).toBe(true);
      }
  });

  test('keep of a part keeps the array that it is a part of, and no other', async () => {
    const [one, other] = [patterned(200 * KiB, 3), patterned(200 * KiB, 4)];
    await client.call('it', 'keepNested', [{ one, other }]);
    expect(same(dataOf(store.stored[0] as Any), one.subarray(7, 9))).toBe(true);
    expect(dataOf(store.stored[1] as Any)).toHaveLength(0);
  });

  test('a setter has what it is given on loan', async () => {
    await client.set('it', { last: patterned(100 * KiB, 5) });
    expect(dataOf(store.stored[0] as Any)).toHaveLength(0);
  });

  test('they go back in the same turn as the answer, however large, so that their memory serves the next call', async () => {
    for (const length of [100 * KiB, 3 * MiB, 40 * MiB]) {
      for (let round = 1; round <= 3; round++) {
        expect(await client.call('it', 'look', [new Uint8Array(length).fill(round)])).toBe(round);
        await until(() => store.after !== undefined);
        expect(store.after).toBe(0);
      }
    }
    const { sessions } = await client.status();
    const [{ way, segments } = { way: 'none', segments: -1 }] = sessions.map((session) => session.handoff.in);
    expect(segments).toBe(way === 'inline' ? 0 : 3);
  });

  test('a generator has its arguments until its stream has ended', async () => {
    const bytes = patterned(2 * MiB, 6);
    const pieces: Uint8Array[] = [];
    for await (const piece of client.call('it', 'pieces', [bytes, 16]))
      pieces.push(keep(piece as Uint8Array));
    expect(same(Buffer.concat(pieces), bytes)).toBe(true);
    await client.status();
    expect(dataOf(store.stored[0] as Any)).toHaveLength(0);
  });

  test('a generator that is left has them no longer, once its finally has run', async () => {
    for await (const piece of client.call('it', 'pieces', [patterned(2 * MiB, 7), 4])) {
      expect(piece).toHaveLength(512 * KiB);
      break;
    }
    await until(() => dataOf(store.stored[0] as Any).length === 0);
    expect(store.inFinally).toBe(2 * MiB);
  });
});
