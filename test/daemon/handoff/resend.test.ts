// A call that is sent again after its socket was lost: its arrays arrive whole, and what was sent before is left alone.
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

describe.each(WAYS)('calls that are sent again (%s)', (handoff) => {
  let house: House;
  let slow: Slow;
  let client: Client;
  let sockets: Socket[];
  beforeEach(async () => {
    sockets = acceptedSockets();
    house = new House();
    slow = new Slow();
    // One daemon that runs on: it is as if the first one lived on unheard.
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
    test.each(kinds)('%s: whole at the first method, and whole at the second', async (_, make) => {
      const bytes = patterned(length, 1);
      const call = client.call('it', 'take', [make(bytes)], { idempotent: true });
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
      expect([slow.seen.length, slow.done, client.session]).toEqual([2, 2, 2]);
      expect(slow.seen.map((array) => array.length)).toEqual([0, 0]);
    });
  });

  test.each(kinds)('%s: whole, however much of it had left when the socket broke', async (_, make) => {
    const array = make(patterned(16 * MiB, 2));
    for (const turns of [1, 5, 20, 60]) {
      const call = client.call('it', 'fill', [array], { idempotent: true });
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      sockets.at(-1)?.destroy();
      expect(await call).toBe(patterned(1, 2)[0]);
    }
    expect(await client.call('it', 'check', [array], { idempotent: true })).toBe(true);
  });

  test('one that may not be sent again fails, and its array can be sent with another', async () => {
    const array = client.alloc([MiB], 'uint8');
    array.data.set(patterned(MiB, 3));
    const call = client.call('it', 'take', [array.data]).catch((error: unknown) => error);
    await until(() => slow.seen.length === 1);
    sockets.at(-1)?.destroy();
    expect(await call).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    slow.hold.open();
    expect(same((await client.call('it', 'take', [array.data])) as Uint8Array, array.data)).toBe(true);
  });
});
