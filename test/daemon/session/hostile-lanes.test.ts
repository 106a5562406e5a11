import { KIND } from '../../../src/frames';
import type { RunningDaemon } from '../../../daemon/start-daemon';
import { until } from '../../src/peer/support/sockets';
import { lanes } from '../../support/lanes';
import { memory } from '../../support/memory';
import { House } from '../daemon/house';
import { call, frame, hello, RawClient } from './raw-client';
import { FEATURES, offered, RawLaneClient } from './raw-lane-client';

lanes('a client on a lane that breaks the rules', () => {
  let house: House;
  let daemon: RunningDaemon;
  const opened: { end(): void }[] = [];

  beforeEach(async () => {
    house = new House();
    daemon = await house.daemon(
      { it: { echo: (value: unknown) => value, text: (length: number) => 'x'.repeat(length) } },
      { limits: { lowLatencySessions: 100 } },
    );
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) one.end();
    await house.close();
  });

  async function join(): Promise<RawLaneClient> {
    const client = await RawLaneClient.join(house.path);
    opened.push(client);
    return client;
  }

  /** Another client is served, and nothing is left of the one that was ended. */
  async function othersAreUnharmed(before: ReturnType<typeof memory>): Promise<void> {
    const other = await house.client({ latency: 'lane' });
    expect(other.latency).toBe('lane');
    expect(await other.call('it', 'echo', ['still here'])).toBe('still here');
    await other.close();
    await until(() => daemon.status().sessions.length === 0);
    for (const one of opened.splice(0)) one.end();
    await until(() => memory().mappings <= before.mappings && memory().descriptors <= before.descriptors);
  }

  test('one that keeps them is served', async () => {
    const client = await join();
    client.write(call(1, 'it', 'echo', [5]));
    expect(await client.frame(KIND.result)).toEqual([KIND.result, 1, 1, []]);
    expect(daemon.status().sessions).toMatchObject([{ latency: 'lane' }]);
  });

  const violations: [string, (client: RawLaneClient) => void][] = [
    ['bytes that are no frame', (client) => client.write(Buffer.alloc(4096, 0xff))],
    ['a frame longer than the limit', (client) => client.write(Buffer.from('7fffffff0004', 'hex'))],
    [
      'more written than there is room for',
      (client) => {
        client.up.words[0] = client.up.bytes.length + 1;
        client.ring();
      },
    ],
    [
      'a position before the beginning',
      (client) => {
        client.up.words[0] = -1;
        client.ring();
      },
    ],
    ['a second switch', (client) => client.write(frame([KIND.switch, 0, 0, '']))],
    ['a lane that a client offers', (client) => client.write(frame([KIND.lane, 0, 0, 4096, 'memfd:1:1']))],
    ['a frame on the socket', (client) => client.raw.write(call(1, 'it', 'echo', [1]))],
  ];
  test.each(violations)(
    '%s: it is told so through the lane, and its connection ends',
    async (_name, violate) => {
      const before = memory();
      const client = await join();
      violate(client);
      expect(await client.frame(KIND.goaway)).toMatchObject([KIND.goaway, 1, 0, /PROTOCOL|TOO_LARGE/]);
      await client.raw.closed;
      await othersAreUnharmed(before);
    },
  );

  test('more read than was written: its connection ends as soon as something is sent', async () => {
    const before = memory();
    const client = await join();
    client.down.words[16] = 1234567;
    client.write(call(1, 'it', 'text', [300_000]));
    await client.raw.closed;
    await othersAreUnharmed(before);
  });

  test('before it has changed over: what it offers, and what it changes to, is refused', async () => {
    for (const head of [
      [KIND.lane, 0, 0, 4096, 'memfd:1:1'],
      [KIND.switch, 0, 0, ''],
    ] as const) {
      const raw = await RawClient.connect(house.path);
      raw.write(hello({ features: FEATURES }));
      await raw.frame(KIND.welcome);
      raw.write(frame(head));
      expect(await raw.shownOut()).toMatchObject({ code: 'PROTOCOL' });
    }
  });

  test('without the feature, a lane is a violation', async () => {
    const raw = await RawClient.greeted(house.path);
    raw.write(frame([KIND.switch, 0, 0, '']));
    expect(await raw.shownOut()).toMatchObject({ code: 'PROTOCOL' });
  });

  test('one that can not map it says so, and goes on with its socket; the memory is given back', async () => {
    const before = memory();
    const { raw } = await offered(house.path);
    raw.write(frame([KIND.switch, 0, 0, 'no room']));
    raw.write(call(1, 'it', 'echo', [1]));
    await raw.frame(KIND.result);
    expect(daemon.status().sessions).toMatchObject([{ latency: 'low', noLane: 'no room' }]);
    await until(() => memory().descriptors <= before.descriptors);
    raw.destroy();
    await raw.closed;
  });

  test('one that does not read its ring is given up at the limit, however much it rings and scribbles', async () => {
    await house.closeDaemons();
    const limits = { lowLatencySessions: 100, pendingBytes: 2 ** 20, pendingHighWater: 2 ** 30 };
    daemon = await house.daemon({ it: { text: (length: number) => 'x'.repeat(length) } }, { limits });
    const client = await join();
    let gone = false;
    void client.raw.closed.then(() => (gone = true));
    for (let id = 1; !gone && id < 1000; id++) {
      client.up.words[32] = id % 3;
      client.down.words[48] = id % 2;
      client.write(call(id, 'it', 'text', [50_000]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await client.raw.closed;
    expect(daemon.status().sessions).toEqual([]);
  });

  test('whatever is scribbled over the rings while calls go on, nobody else notices', async () => {
    const before = memory();
    const seed = Math.floor(Math.random() * 2 ** 31);
    let state = seed;
    /** A number below `limit`; the seed is told when something fails. */
    const random = (limit: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % limit;
    };
    try {
      const other = await house.client();
      for (let round = 0; round < 60; round++) {
        const client = await join();
        let gone = false;
        void client.raw.closed.then(() => (gone = true));
        for (let step = 0; step < 40 && !gone; step++) {
          const ring = random(2) === 0 ? client.up : client.down;
          if (random(3) === 0) client.write(call(step + 1, 'it', 'text', [random(100_000)]));
          if (random(4) === 0) ring.words[16 * random(4)] = random(3) === 0 ? random(2 ** 32) : random(1024);
          if (random(3) === 0) ring.bytes[random(1024)] = random(256);
          client.ring();
          if (random(2) === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        expect(await other.call('it', 'echo', [round])).toBe(round);
        client.raw.destroy();
        await client.raw.closed;
      }
      await other.close();
      await othersAreUnharmed(before);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  });
});
