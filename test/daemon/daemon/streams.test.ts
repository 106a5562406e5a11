// Streams through a daemon: they end where they are left, hold their place or not, and are never more than bounded.
import { expose } from '../../../daemon/box/expose';
import { callContext, insideCall } from '../../../daemon/call-context';
import type { Client, IncomingStream } from '../../../client';
import { aborted } from '../target/steps';
import { House, rejection } from './house';

/** A target whose streams tell the test what becomes of them. */
class Camera {
  made = 0;
  readonly events: string[] = [];
  readonly #heard = new Map<string, () => void>();
  gate: Promise<void> | undefined;

  async *frames(count = Infinity): AsyncGenerator<number> {
    try {
      for (let frame = 0; frame < count; frame++) {
        this.made++;
        yield frame;
      }
    } finally {
      await this.gate;
      this._say(`left in ${insideCall() ? callContext().method : 'no call'}`);
    }
  }

  /** Gives the first frame, and the others at once when the gate opens. */
  async *burst(count: number): AsyncGenerator<number> {
    yield 0;
    await this.gate;
    for (let frame = 1; frame < count; frame++) yield frame;
    this._say('all made');
  }

  /** Gives one frame, then waits for the end of its call. */
  async *wait(): AsyncGenerator<string> {
    yield 'first';
    await aborted(callContext().signal);
    this._say('told');
  }

  async *fail(): AsyncGenerator<number> {
    yield 1;
    throw new RangeError('the shutter is stuck');
  }

  async *odd(): AsyncGenerator<unknown> {
    yield 1;
    yield () => 2;
  }

  get live(): AsyncIterable<number> {
    return this.frames(3);
  }

  async later(): Promise<AsyncIterable<number>> {
    return this.frames(2);
  }

  echo(value: unknown): unknown {
    return value;
  }

  snap(): string {
    this.events.push('snap');
    return 'snap';
  }

  _say(event: string): void {
    this.events.push(event);
    this.#heard.get(event)?.();
  }

  _heard(event: string): Promise<void> {
    if (this.events.includes(event)) return Promise.resolve();
    return new Promise((resolve) => this.#heard.set(event, resolve));
  }
}

let house: House;
let camera: Camera;
let client: Client;

beforeEach(async () => {
  house = new House();
  camera = new Camera();
  await house.daemon({ cam: camera, only: expose(camera, { exclusive: ['frames', 'wait'] }) });
  client = await house.client();
});
afterEach(() => house.close());

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

test('a method, a promise of a stream and a property may be iterated, or awaited for the stream', async () => {
  const cam = client.target<Camera>('cam');
  expect(await all(cam.frames(3))).toEqual([0, 1, 2]);
  expect(await all(cam.later())).toEqual([0, 1]);
  expect(await all(cam.live)).toEqual([0, 1, 2]);
  expect(await all(await cam.frames(2))).toEqual([0, 1]);
  expect(await all((await cam.live) as AsyncIterable<number>)).toEqual([0, 1, 2]);
});

test('leaving the loop runs the finally of the generator in the daemon, as part of its call', async () => {
  for await (const frame of client.target<Camera>('cam').frames()) if (frame === 2) break;
  await camera._heard('left in frames');
  expect((await client.status()).sessions[0]?.pending).toBe(1);
});

test('a generator that waits is told by its signal that nobody reads on', async () => {
  const stream = (await client.call('cam', 'wait')) as IncomingStream<string>;
  expect(await stream.next()).toEqual({ done: false, value: 'first' });
  await stream.return();
  await camera._heard('told');
});

test('a client that goes takes its streams along', async () => {
  const other = await house.client();
  const stream = (await other.call('cam', 'frames')) as IncomingStream<number>;
  await stream.next();
  const rest = rejection(all(stream));
  await other.close();
  expect(await rest).toMatchObject({ code: 'CANCELLED' });
  await camera._heard('left in frames');
});

test('a stream that is not exclusive leaves its place to the next call', async () => {
  const stream = (await client.call('cam', 'frames')) as IncomingStream<number>;
  expect(await client.call('cam', 'snap')).toBe('snap');
  await stream.return();
});

test('an exclusive stream holds its place until it is left and its finally has run', async () => {
  let open!: () => void;
  camera.gate = new Promise((resolve) => (open = resolve));
  const stream = (await client.call('only', 'frames')) as IncomingStream<number>;
  const snap = client.call('only', 'snap');
  await stream.next();
  await stream.return();
  await client.status();
  expect(camera.events).toEqual([]);
  open();
  expect(await snap).toBe('snap');
  expect(camera.events).toEqual(['left in frames', 'snap']);
});

test('an exclusive stream that comes to its end gives its place up', async () => {
  const items = all(client.target<Camera>('only').frames(5));
  const snap = client.call('only', 'snap');
  expect(await items).toHaveLength(5);
  expect(await snap).toBe('snap');
});

test('a stream that throws ends with what it threw, after what it gave', async () => {
  const seen: unknown[] = [];
  const error = await rejection(
    (async () => {
      for await (const item of client.target<Camera>('cam').fail()) seen.push(item);
    })(),
  );
  expect(seen).toEqual([1]);
  expect(error).toMatchObject({
    code: 'METHOD_FAILED',
    ran: 'yes',
    message: expect.stringContaining('the shutter is stuck'),
    details: { target: 'cam', member: 'fail' },
  });
});

test('an item that can not cross ends the stream, named by its path', async () => {
  const error = await rejection(all(client.call('cam', 'odd')));
  expect(error).toMatchObject({ code: 'UNENCODABLE', ran: 'yes', message: expect.stringContaining('item') });
});

test('what is no stream can not be iterated', async () => {
  await expect(all(client.call('cam', 'snap'))).rejects.toThrow(/await it instead/);
});

test('block: the producer waits for its reader, and nothing is lost', async () => {
  const stream = (await client.call('cam', 'frames', [500])) as IncomingStream<number>;
  await stream.next();
  await client.status();
  expect(camera.made).toBeLessThan(150); // The window, and what its refill allows.
  expect(await all(stream)).toHaveLength(499);
  expect(stream.dropped).toBe(0);
});

test.each([
  ['latest: a slow reader gets the newest item, and the count of those it missed', { slow: 'latest' }, 1],
  [
    'drop: a slow reader gets the last so many, in order, and the count of those it missed',
    { slow: 'drop', keep: 5 },
    5,
  ],
] as const)('%s', async (_what, options, kept) => {
  let open!: () => void;
  camera.gate = new Promise((resolve) => (open = resolve));
  const stream = (await client.call('cam', 'burst', [1000], options)) as IncomingStream<number>;
  expect(await stream.next()).toEqual({ done: false, value: 0 });
  open();
  await camera._heard('all made');
  expect(await all(stream)).toEqual([995, 996, 997, 998, 999].slice(-kept));
  expect(stream.dropped).toBe(1000 - 1 - kept);
});

test('a keep or a policy that means nothing is a TypeError, and harms no other call', async () => {
  for (const options of [
    { keep: 0 },
    { keep: 1.5 },
    { slow: 'lates' as never },
    { timeout: '5' as never },
    { timeout: Number.NaN },
  ])
    expect(() => client.call('cam', 'frames', [], options)).toThrow(TypeError);
  expect(await client.call('cam', 'snap')).toBe('snap');
});

test('a hundred streams of one client run side by side with its calls', async () => {
  const streams = Array.from({ length: 100 }, () => all(client.target<Camera>('cam').frames(20)));
  expect(await client.call('cam', 'snap')).toBe('snap');
  for (const items of await Promise.all(streams)) expect(items).toHaveLength(20);
});

test('the signal of a call ends the stream that it gave, at its reader and in the daemon', async () => {
  const giveUp = new AbortController();
  const stream = (await client.call('cam', 'wait', [], { signal: giveUp.signal })) as IncomingStream;
  expect(await stream.next()).toEqual({ done: false, value: 'first' });
  const next = rejection(stream.next());
  giveUp.abort(new Error('enough'));
  expect(await next).toMatchObject({ code: 'CANCELLED', ran: 'yes', cause: new Error('enough') });
  await camera._heard('told');
});

test('a client reads within its own limits', async () => {
  const narrow = await house.client({ limits: { depth: 3 } });
  expect(await narrow.call('cam', 'echo', [[[1]]])).toEqual([[1]]);
  expect(await rejection(narrow.call('cam', 'echo', [[[[[1]]]]]))).toMatchObject({
    code: 'TOO_LARGE',
    ran: 'yes',
  });
});
