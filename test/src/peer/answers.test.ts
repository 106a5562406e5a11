import { SameboxError } from '../../../src/errors';
import { FLAG, KIND, POLICY } from '../../../src/frames';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { Connection } from '../../../src/peer/connection';
import type { IncomingStream } from '../../../src/peer/incoming-stream';
import { Peer } from '../../../src/peer/peer';
import { connectPeers, echo, frameBytes, readHeads, settled, useFakeTime, watch } from './support/rig';
import { socketPair, turns, until } from './support/sockets';

useFakeTime();

test('arguments that wait for their calls are weighed, and one call may always go over', async () => {
  const { call, served } = await connectPeers(() => undefined, { daemon: { argumentBytes: 1000 } });
  const first = call('m', ['x'.repeat(5000)]);
  await expect(call('m', [])).rejects.toMatchObject({ code: 'BUSY', ran: 'no' });
  served[0]!.resolve(1);
  expect(await first).toBe(1);
  const next = call('m', []);
  await until(() => served.length === 2);
  served[1]!.resolve(2);
  expect(await next).toBe(2);
});

test('more calls than a session may have are BUSY, and room comes with the answers', async () => {
  const { call, served } = await connectPeers(() => undefined, { daemon: { callsInFlight: 3 } });
  const calls = [1, 2, 3].map(() => call('m'));
  await expect(call('m')).rejects.toMatchObject({ code: 'BUSY', ran: 'no' });
  expect(served).toHaveLength(3);
  for (const one of served) one.resolve(null);
  await Promise.all(calls);
  const next = call('m');
  await until(() => served.length === 4);
  served[3]!.resolve(5);
  expect(await next).toBe(5);
});

describe('answers', () => {
  test('a result that cannot be encoded is UNENCODABLE with its path, and ran yes', async () => {
    const { call } = await connectPeers((one) => one.resolve({ gain: { table: () => 1 } }));
    await expect(call('m')).rejects.toMatchObject({
      code: 'UNENCODABLE',
      ran: 'yes',
      details: { path: 'result.gain.table', target: 't', member: 'm' },
    });
  });

  test('only the first answer of a call counts', async () => {
    const { call } = await connectPeers((one) => {
      one.resolve(1);
      one.resolve(2);
      one.reject(new SameboxError('INTERNAL', 'no'));
      void one.stream((async function* () {})());
      one.progress(0.5);
    });
    expect(await call('m', [], { flags: FLAG.progress })).toBe(1);
    expect(await call('m')).toBe(1);
  });

  test('an error of any size arrives', async () => {
    const cause = Object.assign(new Error('x'.repeat(1e6)), { values: new Float64Array(1e6), id: 7 });
    const error = new SameboxError('METHOD_FAILED', 'y'.repeat(1e6), { cause });
    const { call } = await connectPeers((one) => one.reject(error), {
      client: { frameBytes: 2 ** 20, headBytes: 4096, attachments: 16 },
    });
    await expect(call('m')).rejects.toMatchObject({ code: 'METHOD_FAILED', ran: 'yes', cause: { id: 7 } });
  });
});

describe('progress', () => {
  test('a consumer gets the latest that there was when it had taken the one before', async () => {
    const { call, served } = await connectPeers(() => undefined);
    const heard: unknown[] = [];
    const seen = watch(
      call('m', [], {
        flags: FLAG.progress,
        onProgress: (fraction, message) => heard.push([fraction, message]),
      }),
    );
    await until(() => served.length === 1);
    for (let step = 0; step <= 100; step++) served[0]!.progress(step / 100, `step ${step}`);
    await until(() => heard.length === 2);
    expect(heard).toEqual([
      [0, 'step 0'],
      [1, 'step 100'],
    ]);
    served[0]!.resolve('done');
    await until(() => settled(seen));
    expect(seen).toEqual({ value: 'done' });
  });

  test('a message that cannot cross is left out, whenever its turn comes', async () => {
    const { call, served, ends } = await connectPeers(() => undefined);
    const heard: number[] = [];
    const seen = watch(
      call('m', [], { flags: FLAG.progress, onProgress: (fraction) => heard.push(fraction) }),
    );
    await until(() => served.length === 1);
    served[0]!.progress(0.1, '\ud800');
    served[0]!.progress(0.2);
    served[0]!.progress(0.3, '\ud800');
    await until(() => heard.length === 1);
    await turns();
    served[0]!.progress(0.4);
    served[0]!.resolve(1);
    await until(() => settled(seen));
    expect([heard, seen, ends]).toEqual([[0.2, 0.4], { value: 1 }, []]);
  });
});

describe('streams', () => {
  const numbers = async function* (count: number): AsyncGenerator<number> {
    for (let index = 0; index < count; index++) yield await Promise.resolve(index);
  };

  test('thousands of items arrive in order, within the window', async () => {
    const { call, daemon } = await connectPeers((one) => void one.stream(numbers(5000)));
    const read: number[] = [];
    for await (const value of (await call('m')) as IncomingStream<number>) read.push(value);
    expect(read).toEqual(Array.from({ length: 5000 }, (_, index) => index));
    expect(daemon.answerer.pending).toBe(0);
  });

  test('a slow reader of large items costs the window and no more', async () => {
    let made = 0;
    const frames = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        made++;
        yield await Promise.resolve(new Uint8Array(2 ** 20));
      }
    };
    const { call, daemon } = await connectPeers((one) => void one.stream(frames()));
    const stream = (await call('m')) as IncomingStream<Uint8Array>;
    await stream.next();
    await turns(200);
    expect(made).toBeLessThan(12);
    for (let count = 0; count < 50; count++) expect((await stream.next()).value).toHaveLength(2 ** 20);
    expect(made).toBeLessThan(65);
    await stream.return();
    await until(() => daemon.answerer.pending === 0);
  });

  test('leaving the loop ends the producer, and what is on its way is not sent', async () => {
    let closed = false;
    const frames = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(new Uint8Array(2 ** 20));
      } finally {
        closed = true;
      }
    };
    const { call, daemon, ends } = await connectPeers((one) => {
      if (one.member === 'echo') echo(one);
      else void one.stream(frames());
    });
    for await (const _item of (await call('m')) as IncomingStream) break;
    await until(() => closed && daemon.answerer.pending === 0);
    expect(await call('echo', [1])).toEqual([1]);
    expect(ends).toEqual([]);
  });

  test('an error within a stream comes after the items before it', async () => {
    const { call } = await connectPeers(
      (one) =>
        void one.stream(
          (async function* () {
            yield await Promise.resolve(1);
            throw new RangeError('too far');
          })(),
        ),
    );
    const stream = (await call('m')) as IncomingStream;
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await expect(stream.next()).rejects.toMatchObject({
      code: 'METHOD_FAILED',
      ran: 'yes',
      cause: { name: 'RangeError', message: 'too far' },
    });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('with latest the reader gets what is new when it asks', async () => {
    let made = 0;
    const readings = async function* (): AsyncGenerator<number> {
      for (;;) {
        yield made++;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const { call } = await connectPeers((one) => void one.stream(readings()));
    const stream = (await call('m', [], { slow: 'latest' })) as IncomingStream<number>;
    await stream.next();
    await turns(50);
    const before = made;
    const { value } = (await stream.next()) as { value: number };
    expect(value).toBeGreaterThanOrEqual(before - 2);
    expect(stream.dropped).toBe(value - 1);
    await stream.return();
  });

  test('a consumer cannot make a producer keep without bounds', async () => {
    const { connected, accepted } = await socketPair();
    let made = 0;
    const source = async function* (): AsyncGenerator<number> {
      for (;;) yield await Promise.resolve(made++);
    };
    const peer: Peer = new Peer((one) => void one.stream(source()), {
      onGoaway: () => undefined,
      onEnd: (reason) => peer.answerer.detach(reason),
    });
    peer.attach(new Connection(accepted, 'a client', DEFAULT_LIMITS, 'accepted'));
    const heads = readHeads(connected);
    connected.write(frameBytes([KIND.call, 1, 0, 't', 'm', null, 0, POLICY.drop, 2 ** 53 - 1, []], []));
    await until(() => made > 20_000);
    connected.write(frameBytes([KIND.credit, 1, 0, 0, 1, 1e6, 0]));
    await until(() => heads.length === 2);
    const firstKept = heads[1]![4] as number;
    expect(made - firstKept).toBeLessThan(5000);
    connected.destroy();
    await until(() => peer.answerer.pending === 0);
  });
});
