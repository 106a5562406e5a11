// Many readers: each item is written once, and a reader that is slow makes nobody wait.
import type { Client, IncomingStream } from '../../../client';
import { shared, type SharedSource } from '../../../daemon/shared/shared-stream';
import type { HandoffChoice } from '../../../src/handoff/handoff';
import type { NdArray } from '../../../src/values/nd-array';
import { keep } from '../../../src/values/ownership';
import { House } from '../daemon/house';
import { MiB, patterned, same, until } from './support';

/** A camera whose frames come when the test says so. */
class Camera {
  #wanted: (() => void)[] = [];
  #due = 0;
  readonly #events: string[] = [];
  length = MiB;
  allocated = true;
  readonly #frames = shared<unknown>((given) => this.#run(given));

  frames(): AsyncIterable<unknown> {
    return this.#frames;
  }
  _shoot(count = 1): void {
    this.#due += count;
    this.#wanted.splice(0).forEach((wake) => wake());
  }
  get _events(): string[] {
    return this.#events;
  }
  get _readers(): number {
    return this.#frames.readers;
  }
  get _local(): AsyncIterableIterator<unknown> {
    return this.#frames[Symbol.asyncIterator]();
  }
  async *#run({ alloc, signal }: SharedSource): AsyncGenerator<unknown> {
    this.#events.push('begun');
    signal.addEventListener('abort', () => this._shoot(0));
    try {
      for (let seed = 0; !signal.aborted; seed++) {
        while (this.#due === 0 && !signal.aborted) await new Promise<void>((wake) => this.#wanted.push(wake));
        if (signal.aborted) return;
        this.#due--;
        if (this.allocated) {
          const frame = alloc([this.length], 'uint8');
          frame.data.set(patterned(this.length, seed));
          yield frame;
        } else yield { seed, bytes: patterned(this.length, seed) };
      }
    } finally {
      this.#events.push('left');
    }
  }
}

let house: House;
let camera: Camera;
beforeEach(async () => {
  house = new House();
  camera = new Camera();
  await house.daemon({ cam: camera });
});
afterEach(() => house.close());

type Frames = IncomingStream<NdArray<Uint8Array>>;

async function reader(client?: Client, handoff?: HandoffChoice): Promise<Frames> {
  const its = client ?? (await house.client(handoff && { handoff }));
  const before = camera._readers;
  const stream = (await its.call('cam', 'frames')) as Frames;
  await until(() => camera._readers > before);
  return stream;
}

async function read(stream: Frames): Promise<Uint8Array> {
  const { value } = await stream.next();
  const frame = value as NdArray<Uint8Array> | { bytes: Uint8Array };
  return 'bytes' in frame ? frame.bytes : frame.data;
}

test('a frame is written once for all its readers, whatever way they have, and whole for each', async () => {
  const client = await house.client();
  const streams = await Promise.all([
    ...Array.from({ length: 6 }, () => house.client().then((one) => reader(one))),
    house.client({ handoff: 'never' }).then((one) => reader(one)),
    house.client({ handoff: 'file' }).then((one) => reader(one)),
  ]).catch(() => []);
  expect(streams).toHaveLength(8);
  for (const allocated of [true, false]) {
    camera.allocated = allocated;
    for (let count = 0; count < 5; count++) {
      camera._shoot();
      const frames = await Promise.all(streams.map(read));
      const [first] = frames as [Uint8Array];
      for (const frame of frames) expect(same(frame, first)).toBe(true);
      const { segments } = await client.status();
      expect(segments.published.segments).toBeLessThanOrEqual(3);
      expect(segments.published.granted).toBe(MiB);
    }
  }
  for (const stream of streams) await stream.return();
  await until(async () => (await client.status()).segments.published.segments === 0);
  expect(camera._readers).toBe(0);
});

test('the source begins with the first reader, is left with the last, and begins anew for the next', async () => {
  const [client, other] = [await house.client(), await house.client()];
  const one = await reader(client);
  const two = await reader(other);
  camera._shoot();
  expect(same(await read(one), patterned(MiB, 0))).toBe(true);
  await one.return();
  camera._shoot();
  await read(two);
  await read(two);
  expect(camera._events).toEqual(['begun']);
  await other.close();
  await until(() => camera._events.includes('left'));
  const three = await reader(client);
  camera._shoot();
  expect(same(await read(three), patterned(MiB, 0))).toBe(true);
  expect(camera._events).toEqual(['begun', 'left', 'begun']);
  await three.return();
});

test('a reader gets what comes from its joining on', async () => {
  const one = await reader();
  camera._shoot(3);
  for (let seed = 0; seed < 3; seed++) expect(same(await read(one), patterned(MiB, seed))).toBe(true);
  const two = await reader();
  camera._shoot();
  expect(same(await read(two), patterned(MiB, 3))).toBe(true);
  expect(same(await read(one), patterned(MiB, 3))).toBe(true);
});

test('what a reader writes to its frame, no other one sees', async () => {
  const [one, two] = [await reader(), await reader()];
  camera._shoot(2);
  const [mine, its] = [await read(one), await read(two)];
  mine.fill(0);
  expect(same(its, patterned(MiB, 0))).toBe(true);
  keep(mine);
  expect(same(await read(two), patterned(MiB, 1))).toBe(true);
  expect(mine.every((byte) => byte === 0)).toBe(true);
});

test('a frame is on loan to its reader, and a kept one stays as it was', async () => {
  const [one, two] = [await reader(), await reader()];
  const kept: Uint8Array[] = [];
  let last: Uint8Array | undefined;
  for (let seed = 0; seed < 20; seed++) {
    camera._shoot();
    kept.push(keep(await read(one)));
    expect(last?.length ?? 0).toBe(seed === 0 ? 0 : MiB);
    const before = last;
    last = await read(two);
    expect(before?.length ?? 0).toBe(0);
  }
  kept.forEach((frame, seed) => expect(same(frame, patterned(MiB, seed))).toBe(true));
});

test('readers in the same process get the frames too, and on loan', async () => {
  const remote = await reader();
  const local = camera._local;
  const first = local.next();
  camera._shoot(2);
  const frame = (await first).value as NdArray<Uint8Array>;
  expect(same(frame.data, patterned(MiB, 0))).toBe(true);
  await read(remote);
  await read(remote);
  expect(frame.detached).toBe(false);
  const second = (await local.next()).value as NdArray<Uint8Array>;
  expect(frame.detached).toBe(true);
  expect(same(second.data, patterned(MiB, 1))).toBe(true);
  await local.return?.();
  await remote.return();
  await until(() => camera._readers === 0);
});
