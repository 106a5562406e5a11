// A sender must not touch an array while a call that carries it is pending. One that does hurts that call alone.
import { getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { Client } from '../../../client';
import { release } from '../../../src/values/ownership';
import { House } from '../daemon/house';
import { acceptedSockets, gate, KiB, MiB, patterned, same, WAYS } from './support';

interface Outcome {
  readonly code: string;
  readonly ran: string;
  readonly length?: undefined;
}

class Looker {
  hold = gate();
  reached = gate();
  first(value: unknown): unknown {
    return value;
  }
  /** What stood in the array at first, and later. */
  async look(array: Uint8Array): Promise<(number | undefined)[]> {
    const before = array[99_999];
    this.reached.open();
    await this.hold.passed;
    return [array.length, before, array[99_999]];
  }
}

describe.each(WAYS)('a sender that does not wait (%s)', (handoff) => {
  let house: House;
  let looker: Looker;
  let client: Client;
  let sockets: Socket[];
  beforeEach(async () => {
    sockets = acceptedSockets();
    house = new House();
    looker = new Looker();
    await house.daemon({ it: looker, other: looker }, { handoff });
    client = await house.client({ handoff });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.close();
  });

  function echo(array: ArrayBufferView): Promise<Uint8Array | Outcome> {
    return client.call('it', 'first', [array]).then(
      (value) => value as Uint8Array,
      (error: Outcome) => error,
    );
  }

  test('and writes to its array: every byte that arrives is an old one or a new one, and other calls are whole', async () => {
    for (const length of [100 * KiB, MiB, 16 * MiB]) {
      const array = new Uint8Array(length).fill(1);
      const other = patterned(length, 1);
      const calls = [echo(array), echo(other)];
      await Promise.resolve();
      array.fill(2);
      const [mixed, whole] = (await Promise.all(calls)) as [Uint8Array, Uint8Array];
      expect(mixed).toHaveLength(length);
      expect(mixed.every((byte) => byte === 1 || byte === 2)).toBe(true);
      expect(same(whole, other)).toBe(true);
    }
  });

  test('and writes to an array that was allocated: the method may see it, its memory stays', async () => {
    const array = client.alloc([MiB], 'uint8');
    array.data.fill(1);
    const call = client.call('it', 'look', [array.data]);
    await looker.reached.passed;
    array.data.fill(2);
    looker.hold.open();
    const [length, before, after] = (await call) as number[];
    expect([length, before]).toEqual([MiB, 1]);
    expect([1, 2]).toContain(after);
    expect(same((await echo(array.data)) as Uint8Array, new Uint8Array(MiB).fill(2))).toBe(true);
  });

  test('and releases its array, at any moment: that call alone fails, or is whole', async () => {
    const bytes = patterned(6 * MiB, 2);
    for (let turns = 0; turns < 14; turns++) {
      const array = bytes.slice();
      const [call, other] = [echo(array), echo(bytes)];
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      release(array);
      const outcome = await call;
      if (ArrayBuffer.isView(outcome)) expect(same(outcome, bytes)).toBe(true);
      else expect(outcome).toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
      expect(same((await other) as Uint8Array, bytes)).toBe(true);
    }
    expect(client.session).toBe(1);
  });

  test('and gives the memory of its array to somebody else: the same', async () => {
    const bytes = patterned(3 * MiB, 3);
    for (let turns = 0; turns < 6; turns++) {
      const array = bytes.slice();
      const call = echo(array);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      const moved = structuredClone(array.buffer, { transfer: [array.buffer] });
      const outcome = await call;
      if (ArrayBuffer.isView(outcome)) expect(same(outcome, bytes)).toBe(true);
      else expect(outcome).toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
      expect(same(new Uint8Array(moved), bytes)).toBe(true);
    }
  });

  test('and gives its call up: nothing hangs, and what comes after is whole', async () => {
    const bytes = patterned(8 * MiB, 4);
    for (let turns = 0; turns < 8; turns++) {
      const giveUp = new AbortController();
      const call = client.call('it', 'first', [bytes], { signal: giveUp.signal }).catch((error) => error);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      giveUp.abort();
      const outcome = await call;
      if (!ArrayBuffer.isView(outcome)) expect(outcome).toMatchObject({ code: 'CANCELLED' });
      expect(getEventListeners(giveUp.signal, 'abort')).toHaveLength(0);
    }
    expect(same((await echo(bytes)) as Uint8Array, bytes)).toBe(true);
    expect(client.session).toBe(1);
  });

  test('and releases its array before there is a connection: that call alone fails', async () => {
    const [allocated, plain] = [client.alloc([2 * MiB], 'uint8'), patterned(2 * MiB, 5)];
    const lost = client.changes().next();
    sockets[0]?.destroy();
    await lost;
    const calls = [echo(allocated.data), echo(plain), echo(patterned(2 * MiB, 6))];
    allocated.release();
    release(plain);
    const [one, two, three] = await Promise.all(calls);
    for (const outcome of [one, two]) expect(outcome).toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
    expect(same(three as Uint8Array, patterned(2 * MiB, 6))).toBe(true);
    expect([client.session, sockets.length]).toEqual([1, 2]);
  });
});
