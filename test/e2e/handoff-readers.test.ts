// One stream, many processes that read it: each frame is written once, and who is killed gives back what it had.
import { IS_WINDOWS } from '../../src/os';
import type { Client, NdArray } from '../../client';
import type { DaemonStatus } from '../../src/status';
import { House } from '../daemon/daemon/house';
import { MiB, patterned, same } from '../support/patterns';
import { Bench } from './support/handoff-child';
import { HandoffChild } from './support/handoff-children';

const posix = IS_WINDOWS ? test.skip : test; // Windows can't stop a process.

describe('reading processes', () => {
  let house: House;
  /** Reads nothing: asks how it is. */
  let onlooker: Client;
  let children: HandoffChild[];
  beforeEach(async () => {
    house = new House();
    const daemon = HandoffChild.start(house.path);
    children = [daemon];
    await daemon.tell('daemon');
    onlooker = await house.client({}, house.path);
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await house.close();
  });

  async function reader(): Promise<HandoffChild> {
    const child = HandoffChild.start(house.path);
    children.push(child);
    await child.tell('connect');
    return child;
  }

  const published = async (): Promise<DaemonStatus['segments']['published']> =>
    (await onlooker.status()).segments.published;

  async function until(condition: (given: DaemonStatus['segments']['published']) => boolean): Promise<void> {
    while (!condition(await published())) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  test('eight processes read forty frames each: whole for all of them, and the daemon has a few segments', async () => {
    const readers = await Promise.all(Array.from({ length: 8 }, reader));
    let most = 0;
    let over = false;
    const reading = Promise.all(readers.map((one) => one.tell('read', 40))).finally(() => (over = true));
    while (!over) most = Math.max(most, (await published()).segments);
    for (const outcome of await reading) expect(outcome).toEqual({ seen: 40, wrong: [] });
    // What is under way to a reader is 8 MiB, of frames of 1 MiB: each is there once.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(8 * 8);
    await Promise.all(readers.map((one) => one.kill()));
    await until(({ segments, granted }) => segments === 0 && granted === 0);
  });

  test('a reader that is killed in the middle of a frame gives all back, and the others read on', async () => {
    const [stuck, other] = [await reader(), await reader()];
    expect(await stuck.tell('readAndStick')).toBe('stuck');
    const reading = other.tell('read', 60);
    await until(({ granted }) => granted >= 4 * MiB);
    await stuck.kill();
    expect(await reading).toEqual({ seen: 60, wrong: [] });
    expect((await onlooker.status()).sessions).toHaveLength(2);
    await other.kill();
    await until(({ segments }) => segments === 0);
    expect(await published()).toEqual({ segments: 0, granted: 0, mapped: 0, free: 0 });
    expect((await onlooker.status()).segments.segments).toBe(0);
  });

  posix('a reader that is stopped makes no other one wait', async () => {
    const [stopped, other] = [await reader(), await reader()];
    const waiting = stopped.tell('read', 20);
    await until(({ segments }) => segments > 0);
    stopped.child.kill('SIGSTOP');
    expect(await other.tell('read', 60)).toEqual({ seen: 60, wrong: [] });
    stopped.child.kill('SIGCONT');
    expect(await waiting).toEqual({ seen: 20, wrong: [] });
  });

  test('a stream that another copy of the package has made is read like any other', async () => {
    await house.daemon({ it: new Bench() }, { name: 'second' });
    for (const handoff of ['auto', 'never'] as const) {
      const client = await house.client({ handoff }, 'second');
      let seen = 0;
      for await (const item of client.call('it', 'shared')) {
        const { seed, frame } = item as { seed: number; frame: NdArray };
        expect(same(frame.data, patterned(MiB, seed))).toBe(true);
        if (++seen === 10) break;
      }
    }
  });
});
