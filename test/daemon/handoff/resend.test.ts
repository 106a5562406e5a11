// A call whose socket was lost: it runs once, with whole arrays, and its answer comes on the next one.
import type { Socket } from 'node:net';
import type { Client } from '../../../client';
import type { NdArray } from '../../../src/values/nd-array';
import { House } from '../daemon/house';
import { acceptedSockets, gate, MiB, patterned, same, until, WAYS } from './support';

/** Runs every call until the test lets it go on. */
class Slow {
  readonly seen: Uint8Array[] = [];
  hold = gate();
  done = 0;

  async take(array: Uint8Array): Promise<Uint8Array> {
    this.seen.push(array);
    await this.hold.passed;
    this.done++;
    return array;
  }
  check(array: Uint8Array): boolean {
    return same(array, patterned(array.length, 2));
  }
  fill(array: Uint8Array): number {
    return array[0] as number;
  }
}

describe.each(WAYS)('calls whose socket was lost (%s)', (handoff) => {
  let house: House;
  let slow: Slow;
  let client: Client;
  let sockets: Socket[];
  beforeEach(async () => {
    sockets = acceptedSockets();
    house = new House();
    slow = new Slow();
    await house.daemon({ it: slow, other: slow }, { handoff });
    client = await house.client({ handoff });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.close();
  });

  const kinds: readonly [string, (bytes: Uint8Array) => Uint8Array | NdArray][] = [
    ['plain', (bytes) => bytes],
    [
      'allocated',
      (bytes) => {
        const array = client.alloc([bytes.length], 'uint8');
        array.data.set(bytes);
        return array.data;
      },
    ],
  ];

  describe.each([MiB, 16 * MiB])('%i bytes', (length) => {
    test.each(kinds)(
      '%s: it runs once, its array stays whole while it runs, and so is its answer',
      async (_, make) => {
        const bytes = patterned(length, 1);
        const call = client.call('it', 'take', [make(bytes)]);
        await until(() => slow.seen.length === 1);
        sockets.at(-1)?.destroy();
        await until(() => sockets.length === 2 && client.state === 'connected');
        // The memory of the first delivery would be used again by now, if it was given back.
        for (let seed = 2; seed < 5; seed++) {
          const again = make(new Uint8Array(length).fill(seed));
          expect(await client.call('other', 'fill', [again])).toBe(seed);
        }
        expect(same(slow.seen[0] as Uint8Array, bytes)).toBe(true);
        const held = slow.hold;
        held.open();
        expect(same((await call) as Uint8Array, bytes)).toBe(true);
        expect([slow.seen.length, slow.done, client.session]).toEqual([1, 1, 1]);
        await until(() => slow.seen.every((array) => array.length === 0));
      },
    );
  });

  test.each(kinds)('%s: whole, however much of it had left when the socket broke', async (_, make) => {
    const array = make(patterned(16 * MiB, 2));
    for (const turns of [1, 5, 20, 60]) {
      const call = client.call('it', 'fill', [array]);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      sockets.at(-1)?.destroy();
      expect(await call).toBe(patterned(1, 2)[0]);
    }
    expect(await client.call('it', 'check', [array], { idempotent: true })).toBe(true);
  });

  test('one with a large answer that was cut off on its way has run, and says so', async () => {
    slow.hold.open();
    const array = new Uint8Array(16 * MiB).fill(1);
    for (let cut = 0; cut < 4; cut++) {
      const before = slow.done;
      const call = client.call('it', 'take', [array]).catch((error: unknown) => error);
      await until(() => slow.done === before + 1);
      for (let turn = 0; turn < cut; turn++) await new Promise((resolve) => setImmediate(resolve));
      sockets.at(-1)?.destroy();
      const outcome = await call;
      if (outcome instanceof Uint8Array) expect(same(outcome, array)).toBe(true);
      else expect(outcome).toMatchObject({ code: 'OUTCOME_UNKNOWN', ran: 'yes' });
      expect(slow.done).toBe(before + 1);
    }
  });
});
