// `latency: 'lane'`: who gets one, and what becomes of those who don't.
import { IS_WINDOWS } from '../../src/os';
import type { Client } from '../../client/client';
import type { ConnectOptions } from '../../client/options';
import type { BoxOptions } from '../../daemon/box/define-box';
import { House } from '../daemon/daemon/house';
import { Bench, wrongSizes } from '../e2e/support/handoff-child';
import { HandoffChild } from '../e2e/support/handoff-children';
import { lanes } from '../support/lanes';
import { memory } from '../support/memory';
import { realMaker } from '../support/real-segments';

lanes('a client that asks for a lane', () => {
  let house: House;
  beforeEach(() => (house = new House()));
  afterEach(() => house.close());

  async function both(
    options: Partial<BoxOptions<never>>,
    asked: ConnectOptions,
  ): Promise<{ client: Client; status: object | undefined }> {
    await house.daemon({ it: new Bench(), other: { echo: (value: unknown) => value } }, options);
    const client = await house.client({ latency: 'lane', ...asked });
    const { sessions } = await client.status();
    return { client, status: sessions[0] };
  }

  test('gets one before it is told that it is connected, and the status tells', async () => {
    const { client, status } = await both({}, {});
    const { way } = realMaker();
    expect(client.latency).toBe('lane');
    expect(status).toMatchObject({
      latency: 'lane',
      handoff: { in: { way }, out: { way } },
    });
    expect(status).not.toHaveProperty('noLane');
    expect(await wrongSizes(client)).toEqual([]);
  });

  test.each([
    ['its own choice', {}, { handoff: 'never' }, /switched off/],
    ["the daemon's choice", { handoff: 'never' }, {}, /switched off/],
    ...(IS_WINDOWS ? [] : [['files, which could be cut', { handoff: 'file' }, {}, /could be cut/]]),
  ] as [string, Partial<BoxOptions<never>>, ConnectOptions, RegExp][])(
    'without memory that both can map, by %s, has its socket and low latency, and is told why',
    async (_why, options, asked, reason) => {
      const { client, status } = await both(options, asked);
      expect(client.latency).toBe('low');
      expect(status).toMatchObject({ latency: 'low', noLane: expect.stringMatching(reason) as string });
      expect(await client.call('it', 'echo', [1])).toBe(1);
    },
  );

  test('beyond the sessions that have low latency has its socket, as it is', async () => {
    const { client, status } = await both({ limits: { lowLatencySessions: 0 } }, {});
    expect([client.latency, (status as { latency: string }).latency]).toEqual(['normal', 'normal']);
  });

  test('has one again after its daemon was another one', async () => {
    const first = await house.daemon({ it: new Bench() });
    const client = await house.client({ latency: 'lane' });
    await first.close(0);
    await house.daemon({ it: new Bench() });
    expect(await client.call('it', 'echo', [1])).toBe(1);
    while (client.latency !== 'lane') await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await client.call('it', 'echo', [2])).toBe(2);
  });

  test('and is killed, leaves no memory and no descriptor in the daemon, and its place to the next', async () => {
    const daemon = await house.daemon({ it: new Bench() });
    const before = memory();
    for (let round = 0; round < 2; round++) {
      const child = HandoffChild.start(house.path);
      try {
        await child.tell('connect', { latency: 'lane' });
        expect(daemon.status().sessions).toMatchObject([{ latency: 'lane' }]);
        expect(memory().mappings).toBeGreaterThan(before.mappings);
      } finally {
        await child.kill();
      }
      while (daemon.status().sessions.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(memory()).toEqual(before);
    }
  });
});
