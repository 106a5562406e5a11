// What a client allocates is sent without a copy, as often as it likes.
import type { Client } from '../../../client';
import type { NdArray } from '../../../src/values/nd-array';
import { keep } from '../../../src/values/ownership';
import { House, rejection } from '../daemon/house';
import { collectGarbage, gate, KiB, MiB, patterned, same, WAYS } from './support';

class Store {
  stored: Uint8Array[] = [];
  hold = gate();
  arrived = gate();

  keep(array: NdArray<Uint8Array>): void {
    this.stored.push(keep(array).data);
  }
  first(value: unknown): unknown {
    return value;
  }
  /** Two of these run beside each other: see `other`. */
  async wait(array: NdArray<Uint8Array>): Promise<boolean> {
    this.stored.push(array.data);
    if (this.stored.length === 2) this.arrived.open();
    await this.hold.passed;
    return true;
  }
}

describe.each(WAYS)('arrays of client.alloc (%s)', (handoff) => {
  let house: House;
  let store: Store;
  let client: Client;
  beforeEach(async () => {
    house = new House();
    store = new Store();
    await house.daemon({ it: store, other: store }, { handoff });
    client = await house.client({ handoff });
  });
  afterEach(() => house.close());

  function filled(length: number, seed: number, of = client): NdArray<Uint8Array> {
    const array = of.alloc([length / 256, 256], 'uint8');
    array.data.set(patterned(length, seed));
    return array;
  }
  const echo = async (value: unknown): Promise<NdArray<Uint8Array>> =>
    (await client.call('it', 'first', [value])) as NdArray<Uint8Array>;

  test('one can be sent often, whole and in part, and written to between calls', async () => {
    const array = filled(2 * MiB, 1);
    for (let seed = 0; seed < 5; seed++) {
      const bytes = patterned(2 * MiB, seed);
      array.data.set(bytes);
      expect(same((await echo(array)).data, bytes)).toBe(true);
      expect(same((await echo(array.row(-1))).data, bytes.subarray(-256))).toBe(true);
      const slice = await echo(array.slice(3, 1000));
      expect(slice.shape).toEqual([997, 256]);
      expect(same(slice.data, bytes.subarray(3 * 256, 1000 * 256))).toBe(true);
    }
    const [session] = (await client.status()).sessions;
    if (handoff === 'memfd') expect(session?.handoff.in.segments).toBe(1);
  });

  test('two deliveries of one range have memory that is detached one by one', async () => {
    const array = filled(MiB, 1);
    const calls = [client.call('it', 'wait', [array]), client.call('other', 'wait', [array])];
    await store.arrived.passed;
    const [one, other] = store.stored as [Uint8Array, Uint8Array];
    expect(one.buffer).not.toBe(other.buffer);
    const first = keep(one);
    store.hold.open();
    await Promise.all(calls);
    expect(other).toHaveLength(0);
    expect(same(first, patterned(MiB, 1))).toBe(true);
  });

  test('what the daemon has kept of it stays when the client releases it and allocates anew', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const array = filled(MiB, seed);
      await client.call('it', 'keep', [array]);
      array.release();
    }
    await collectGarbage();
    store.stored.forEach((bytes, seed) => expect(same(bytes, patterned(MiB, seed))).toBe(true));
  });

  test.each([100 * KiB, 6 * MiB])(
    'one that is released while its call is pending arrives whole, or fails that call',
    async (length) => {
      const outcomes: unknown[] = [];
      for (let seed = 0; seed < 4; seed++) {
        const array = filled(length, seed);
        const call = echo(array).then(
          (result) => same(result.data, patterned(length, seed)),
          (error: { code: string; ran: string }) => [error.code, error.ran],
        );
        if (seed % 2 === 0) await Promise.resolve();
        array.release();
        expect(array.detached).toBe(true);
        outcomes.push(await call);
        expect(same((await echo(patterned(length, 9))) as unknown as Uint8Array, patterned(length, 9))).toBe(
          true,
        );
      }
      if (handoff === 'memfd') expect(outcomes).toEqual([true, true, true, true]);
      for (const outcome of outcomes) if (outcome !== true) expect(outcome).toEqual(['UNENCODABLE', 'no']);
      expect(client.session).toBe(1);
    },
  );

  test('one that is dropped while its call is pending arrives whole', async () => {
    const call = echo(filled(4 * MiB, 1));
    await collectGarbage();
    expect(same((await call).data, patterned(4 * MiB, 1))).toBe(true);
  });

  test('one of another client is sent as any other array', async () => {
    const second = await house.client({ handoff });
    for (const length of [MiB, 3 * MiB]) {
      const array = filled(length, 3, second);
      expect(same((await echo(array)).data, patterned(length, 3))).toBe(true);
      expect(same(array.data, patterned(length, 3))).toBe(true);
    }
    const error = await rejection(client.call('it', 'first', [filled(256, 1).data.buffer]));
    expect(error).toBeInstanceOf(Error);
  });
});
