// Readers of a shared stream that are slow: each has its own policy, and makes nobody else wait.
import type { IncomingStream } from '../../../client';
import type { CallOptions } from '../../../client/options';
import { shared } from '../../../daemon/shared/shared-stream';
import { House } from '../daemon/house';
import { KiB, patterned, same, until, untilCollected } from './support';

/** What comes when the test says so: frames of so many bytes, or numbers. */
class Ticker {
  readonly #queue: unknown[] = [];
  #wake: (() => void) | undefined;
  #over = false;
  published = 0;
  readonly #stream = shared<unknown>(() => this.#run());

  ticks(): AsyncIterable<unknown> {
    return this.#stream;
  }
  get _readers(): number {
    return this.#stream.readers;
  }
  /** Resolves when the source has been asked for more. */
  async _give(...items: unknown[]): Promise<void> {
    this.#queue.push(...items);
    this.#wake?.();
    await until(() => this.#queue.length === 0);
  }
  async _end(): Promise<void> {
    this.#over = true;
    this.#wake?.();
    await until(() => this._readers === 0);
  }
  async *#run(): AsyncGenerator<unknown> {
    for (;;) {
      while (this.#queue.length === 0 && !this.#over)
        await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#queue.length === 0) return;
      this.published++;
      yield this.#queue.shift();
    }
  }
}

let house: House;
let ticker: Ticker;
beforeEach(() => {
  house = new House();
  ticker = new Ticker();
});
afterEach(() => house.close());

async function reader(options: CallOptions = {}): Promise<IncomingStream> {
  const client = await house.client();
  const before = ticker._readers;
  const stream = (await client.call('it', 'ticks', [], { timeout: 5000, ...options })) as IncomingStream;
  await until(() => ticker._readers > before);
  return stream;
}

async function rest(stream: IncomingStream): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item instanceof Uint8Array ? item.slice() : item);
  return items;
}

const SIZE = 100 * KiB;
const frame = (seed: number): Uint8Array => patterned(SIZE, seed);

test('block: who does not read finds all of it later, and nobody has waited for it', async () => {
  await house.daemon({ it: ticker });
  const [slow, quick] = [await reader({ slow: 'block' }), await reader()];
  for (let seed = 0; seed < 300; seed++) {
    await ticker._give(frame(seed));
    expect(same((await quick.next()).value as Uint8Array, frame(seed))).toBe(true);
  }
  await ticker._end();
  const items = (await rest(slow)) as Uint8Array[];
  expect([items.length, slow.dropped, quick.dropped]).toEqual([300, 0, 0]);
  items.forEach((item, seed) => expect(same(item, frame(seed))).toBe(true));
});

test('block: beyond its bound the oldest are passed over, and counted', async () => {
  await house.daemon({ it: ticker });
  const [slow, quick] = [await reader({ slow: 'block' }), await reader()];
  const quickly = rest(quick);
  for (let at = 0; at < 6000; at += 500) await ticker._give(...Array.from({ length: 500 }, (_, n) => at + n));
  await ticker._end();
  expect([(await quickly).length, quick.dropped]).toEqual([6000, 0]);
  const items = (await rest(slow)) as number[];
  expect(items.length + slow.dropped).toBe(6000);
  expect(items.length).toBeGreaterThanOrEqual(4096);
  expect(items.length).toBeLessThan(4300);
  expect(items).toEqual([...items].sort((one, other) => one - other));
  expect(items.at(-1)).toBe(5999);
});

test.each([
  ['latest: the newest', { slow: 'latest' }, 1],
  ['drop: the last so many', { slow: 'drop', keep: 7 }, 7],
] as const)('%s, with the count of those that were missed', async (_, options, kept) => {
  await house.daemon({ it: ticker });
  const [slow, quick] = [await reader(options), await reader()];
  for (let seed = 0; seed < 50; seed++) {
    await ticker._give(frame(seed));
    await quick.next();
  }
  const first = (await slow.next()).value as Uint8Array;
  await ticker._end();
  const items = [first.slice(), ...((await rest(slow)) as Uint8Array[])];
  expect(items.length + slow.dropped).toBe(50);
  expect(items.length).toBeLessThanOrEqual(kept + 1);
  expect(same(items.at(-1) as Uint8Array, frame(49))).toBe(true);
});

test.each([
  ['segments', { segments: 6 }],
  ['bytes of a session', { segmentBytes: 10 * SIZE }],
  ['bytes in all', { sharedBytes: 10 * SIZE }],
  ['segments in all', { sharedSegments: 6 }],
])('when the pool has no more %s, frames come all the same', async (_, limits) => {
  await house.daemon({ it: ticker }, { limits });
  const [slow, quick] = [await reader({ slow: 'block' }), await reader()];
  for (let seed = 0; seed < 100; seed++) {
    await ticker._give(frame(seed));
    expect(same((await quick.next()).value as Uint8Array, frame(seed))).toBe(true);
  }
  await ticker._end();
  const items = (await rest(slow)) as Uint8Array[];
  expect([items.length, slow.dropped]).toEqual([100, 0]);
  items.forEach((item, seed) => expect(same(item, frame(seed))).toBe(true));
});

test('a source that has its items at hand, and never waits, leaves room for its readers and everything else', async () => {
  const counted = shared<number>(async function* () {
    for (let item = 0; ; item++) yield item;
  });
  await house.daemon({ it: { read: () => counted, echo: (value: unknown) => value } });
  const client = await house.client();
  let seen = 0;
  for await (const item of client.call('it', 'read')) {
    expect(item).toBe(seen++);
    if (seen % 100 === 0) expect(await client.call('it', 'echo', [seen])).toBe(seen);
    if (seen === 500) break;
  }
  await until(() => counted.readers === 0);
});

test('what a slow reader holds it gives back when it leaves', async () => {
  const daemon = await house.daemon({ it: ticker });
  const [slow, quick] = [await reader({ slow: 'block' }), await reader()];
  for (let seed = 0; seed < 150; seed++) {
    await ticker._give(frame(seed));
    await quick.next();
  }
  expect(daemon.status().segments.published.segments).toBeGreaterThan(60);
  await slow.return();
  await quick.return();
  await untilCollected(() => daemon.status().segments.segments === 0);
  expect(daemon.status().segments.published.granted).toBe(0);
});
