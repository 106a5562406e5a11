// Large payloads between processes of which one dies, or may not do what the other may.
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HandoffStatus } from '../../src/status';
import { IS_WINDOWS, OS } from '../../src/os';
import { House } from '../daemon/daemon/house';
import { memory, type Memory } from '../support/memory';
import { MiB, patterned, same } from '../support/patterns';
import { Bench, wrongSizes } from './support/handoff-child';
import { HandoffChild, type Start } from './support/handoff-children';

type Both = { readonly in: HandoffStatus; readonly out: HandoffStatus };

/** Others than these have files only, which this counts otherwise. */
const counted = OS === 'linux' || IS_WINDOWS ? describe : describe.skip;
const posix = IS_WINDOWS ? test.skip : test;
const root = process.getuid?.() === 0 ? test : test.skip;

counted('processes', () => {
  let house: House;
  let children: HandoffChild[];
  beforeEach(() => {
    house = new House();
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await house.close();
  });

  function child(start?: Start): HandoffChild {
    const started = HandoffChild.start(house.path, start);
    children.push(started);
    return started;
  }

  async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  test.each([true, false])(
    'a client that is killed: the daemon reads its argument to the end, and then has nothing left of it (allocated: %s)',
    async (allocated) => {
      const bench = new Bench();
      const before = memory(); // Of tests before, in this process.
      const daemon = await house.daemon({ it: bench }, { drainTimeout: 0 });
      const one = child();
      await one.tell('connect');
      await one.tell('hold', { length: 3 * MiB, seed: 5, allocated });
      await until(() => bench.stored !== undefined);
      expect(memory().mappings).toBeGreaterThan(before.mappings);
      const argument = bench.stored as Uint8Array;
      await one.kill();
      await until(() => daemon.status().sessions.length === 0);
      expect(same(argument, patterned(3 * MiB, 5))).toBe(true);
      bench.letGo();
      await until(() => argument.length === 0);
      await until(() => memory().mappings <= before.mappings);
      expect(memory().descriptors).toBeLessThanOrEqual(before.descriptors);
      expect(daemon.status().segments.segments).toBe(0);
      const client = await house.client();
      expect(await client.call('it', 'echo', [1])).toBe(1);
    },
  );

  test('a daemon that is killed: what its client has stays readable, and the next daemon serves it', async () => {
    const one = child();
    await one.tell('daemon');
    const client = await house.client({}, house.path);
    const results = await Promise.all(
      [1, 2, 3].map((seed) => client.call('it', 'make', [3 * MiB, seed]) as Promise<Uint8Array>),
    );
    const stream = client.call('it', 'shared')[Symbol.asyncIterator]();
    const { seed, frame } = (await stream.next()).value as { seed: number; frame: { data: Uint8Array } };
    await one.kill();
    results.forEach((result, index) => expect(same(result, patterned(3 * MiB, index + 1))).toBe(true));
    expect(same(frame.data, patterned(MiB, seed))).toBe(true);
    const two = child();
    await two.tell('daemon');
    expect(await wrongSizes(client)).toEqual([]);
    results.forEach((result, index) => expect(same(result, patterned(3 * MiB, index + 1))).toBe(true));
  });

  test('a client that is killed leaves no memory and no descriptor in the daemon', async () => {
    const one = child();
    await one.tell('daemon');
    const client = await house.client({ handoff: 'never' }, house.path);
    for (let round = 0; round < 2; round++) {
      const two = child();
      await two.tell('connect');
      expect(await two.tell('sizes')).toEqual([]);
      expect((await one.tell<Memory>('memory')).mappings).toBeGreaterThan(0);
      await two.kill();
      await until(async () => (await client.status()).sessions.length === 1);
      await until(async () => (await one.tell<Memory>('memory')).mappings === 0);
      expect(await one.tell('memory')).toEqual({ mappings: 0, descriptors: 0 });
    }
  });

  async function agreed(one: HandoffChild): Promise<Both> {
    let both: Both;
    do both = await one.tell<Both>('status');
    while (JSON.stringify(both).includes('not agreed'));
    return both;
  }

  test('a client without native code sends and gets everything through the socket', async () => {
    await house.daemon({ it: new Bench() });
    const one = child({ env: { SAMEBOX_NATIVE: 'off' } });
    await one.tell('connect');
    const { in: there, out: back } = await agreed(one);
    expect([there.way, back.way]).toEqual(['inline', 'inline']);
    expect(back.reason).toMatch(/SAMEBOX_NATIVE/);
    expect(await one.tell('sizes')).toEqual([]);
  });

  test('a daemon without native code, too', async () => {
    const one = child({ env: { SAMEBOX_NATIVE: 'off' } });
    await one.tell('daemon');
    const client = await house.client({}, house.path);
    const [session] = (await client.status()).sessions;
    expect([session?.handoff.in.way, session?.handoff.out.way]).toEqual(['inline', 'inline']);
    expect(await wrongSizes(client)).toEqual([]);
  });

  root("root's daemon reads another user's memory, but that user can not read root's", async () => {
    await house.daemon({ it: new Bench() });
    chmodSync(house.directory, 0o755);
    chmodSync(house.path, 0o666);
    const nobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
    const one = child({ prefix: nobody, env: { SAMEBOX_RUNTIME_DIR: '/nowhere' } });
    await one.tell('connect');
    const { in: there, out: back } = await agreed(one);
    expect([there.way, back.way]).toEqual(['memfd', 'inline']);
    expect(back.reason).toMatch(/./);
    expect(await one.tell('sizes')).toEqual([]);
    expect(dirname(house.path)).toBe(house.directory);
  });

  posix.each(['auto', 'file'] as const)(
    'a limit on the size of files, at either side: everything goes through the socket (%s)',
    async (handoff) => {
      await house.daemon({ it: new Bench() }, { handoff });
      const one = child({ shell: 'ulimit -f 100' });
      await one.tell('connect', { handoff });
      expect(await one.tell('sizes')).toEqual([]);
      const two = HandoffChild.start(`${house.path}2`, { shell: 'ulimit -f 100' });
      children.push(two);
      await two.tell('daemon', { handoff });
      const client = await house.client({ handoff }, `${house.path}2`);
      expect(await wrongSizes(client)).toEqual([]);
    },
  );
});
