import { ByteWriter } from '../../../src/cbor';
import { SameboxError } from '../../../src/errors';
import { CANCEL_REASON, FLAG, KIND, POLICY, type Head } from '../../../src/frames';
import { DEFAULT_LIMITS } from '../../../src/limits';
import type { IncomingStream } from '../../../src/peer/incoming-stream';
import { Connection } from '../../../src/peer/connection';
import type { IncomingCall } from '../../../src/peer/incoming-call';
import { Peer } from '../../../src/peer/peer';
import { connectPeers, frameBytes, rawFrame, readHeads, request, type Rig } from './support/rig';
import { closeSockets, socketPair, turns, until } from './support/sockets';

/** Echoes; `hang` never answers. */
const echo = (call: IncomingCall): void => {
  if (call.member !== 'hang') call.resolve(call.args);
};
const verdict = (call: IncomingCall, ran: 'no' | 'yes'): void => {
  call.onAbort = (reason) => call.reject(reason.with({ ran }));
};
const gone = new SameboxError('CONNECTION_LOST', 'lab: gone');
const lost = (): SameboxError => gone.with({ ran: 'maybe' });

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => {
  jest.useRealTimers();
  closeSockets();
});

/** How a promise ended, so far. */
function watch(promise: Promise<unknown>): { value?: unknown; error?: SameboxError } {
  const seen: { value?: unknown; error?: SameboxError } = {};
  promise.then(
    (value) => (seen.value = value),
    (error: SameboxError) => (seen.error = error),
  );
  return seen;
}
const settled = (seen: ReturnType<typeof watch>): boolean => 'value' in seen || 'error' in seen;

test('both sides can call, many at once, and every answer comes to its own call', async () => {
  const { call, daemon } = await connectPeers(echo);
  const calls = Array.from({ length: 500 }, (_, index) => call('echo', [index, new Uint8Array(5000).fill(index)]));
  const back = daemon.caller.call(request('x'));
  (await Promise.all(calls)).forEach((result, index) => {
    const [number, bytes] = result as [number, Uint8Array];
    expect([number, bytes[4999]]).toEqual([index, index & 0xff]);
  });
  await expect(back).rejects.toMatchObject({ code: 'NO_TARGET', ran: 'no' });
});

describe('deadlines', () => {
  test('a call without an answer is TIMEOUT at its deadline and 50 ms for the verdict', async () => {
    const { call, served } = await connectPeers(echo);
    const seen = watch(call('hang', [], { timeout: 1000 }));
    await until(() => served.length === 1);
    jest.advanceTimersByTime(1000);
    await turns();
    expect(served[0]!.aborted).toMatchObject({ code: 'TIMEOUT' });
    expect(settled(seen)).toBe(false);
    jest.advanceTimersByTime(50);
    await turns(1);
    expect(seen.error).toMatchObject({ code: 'TIMEOUT', ran: 'maybe', details: { timeout: 1000 } });
  });

  test('the verdict of the other side comes first if it comes', async () => {
    const { call, served } = await connectPeers((one) => verdict(one, 'no'));
    const seen = watch(call('hang', [], { timeout: 1000 }));
    await until(() => served.length === 1);
    jest.advanceTimersByTime(1000);
    await until(() => settled(seen));
    expect(seen.error).toMatchObject({ code: 'TIMEOUT', ran: 'no' });
  });

  test('without a connection a call is TIMEOUT with ran no, at its deadline', async () => {
    const peer = new Peer(echo, { onGoaway: () => undefined, onEnd: () => undefined });
    const seen = watch(peer.caller.call(request('m', [], { timeout: 1000 })));
    jest.advanceTimersByTime(999);
    await turns(1);
    expect(settled(seen)).toBe(false);
    jest.advanceTimersByTime(1);
    await turns(1);
    expect(seen.error).toMatchObject({ code: 'TIMEOUT', ran: 'no' });
  });

  test('the budget that is left travels, and what has none left is not started', async () => {
    const { call, served } = await connectPeers(echo);
    await call('echo', [], { timeout: 4000 });
    expect(served[0]!.deadline - performance.now()).toBe(4000);
    await call('echo', [], { timeout: Infinity });
    expect(served[1]!.deadline).toBe(Infinity);
    await call('echo', [], { timeout: 1e300 });
    await expect(call('echo', [], { timeout: 0 })).rejects.toMatchObject({ code: 'TIMEOUT', ran: 'no' });
    expect(served).toHaveLength(3);
  });

  test('the callee keeps the deadline too', async () => {
    const { call, served, sockets } = await connectPeers(echo);
    call('hang', [], { timeout: 1000 }).catch(() => undefined);
    await until(() => served.length === 1);
    sockets.accepted.pause(); // no cancel arrives
    jest.advanceTimersByTime(1000);
    expect(served[0]!.aborted).toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('cancel', () => {
  test('a signal that is aborted already makes no call', async () => {
    const { call, served } = await connectPeers(echo);
    await expect(call('echo', [], { signal: AbortSignal.abort('why') })).rejects.toMatchObject({
      code: 'CANCELLED',
      ran: 'no',
      cause: 'why',
    });
    await turns();
    expect(served).toEqual([]);
  });

  test('a running call is told, and its verdict settles the call', async () => {
    const { call, served } = await connectPeers((one) => verdict(one, 'yes'));
    const controller = new AbortController();
    const seen = watch(call('hang', [], { signal: controller.signal }));
    await until(() => served.length === 1);
    controller.abort();
    await until(() => settled(seen));
    expect(seen.error).toMatchObject({ code: 'CANCELLED', ran: 'yes' });
  });

  test('a call that ignores its cancel is given up after 50 ms, and its late answer settles no other', async () => {
    const { call, served } = await connectPeers(() => undefined);
    const controller = new AbortController();
    const first = watch(call('first', [], { signal: controller.signal }));
    await until(() => served.length === 1);
    controller.abort();
    await turns();
    jest.advanceTimersByTime(50);
    await turns(1);
    expect(first.error).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
    const second = watch(call('second'));
    await until(() => served.length === 2);
    served[0]!.resolve('late');
    await turns();
    expect(settled(second)).toBe(false);
    served[1]!.resolve('right');
    await until(() => settled(second));
    expect(second).toEqual({ value: 'right' });
  });

  test('a result that crosses the cancel is the verdict', async () => {
    const { call, served } = await connectPeers(() => undefined);
    const controller = new AbortController();
    const seen = watch(call('m', [], { signal: controller.signal }));
    await until(() => served.length === 1);
    served[0]!.resolve('done');
    controller.abort();
    await until(() => settled(seen));
    expect(seen).toEqual({ value: 'done' });
  });

  test('a call that is still being sent is cancelled with ran no, and never arrives', async () => {
    const { call, served, ends } = await connectPeers(echo);
    const controller = new AbortController();
    const seen = watch(call('large', [new Uint8Array(64 * 2 ** 20)], { signal: controller.signal }));
    await turns(2);
    controller.abort();
    await until(() => settled(seen));
    expect(seen.error).toMatchObject({ code: 'CANCELLED', ran: 'no' });
    expect(await call('echo', [1])).toEqual([1]);
    expect(served.map(({ member }) => member)).toEqual(['echo']);
    expect(ends).toEqual([]);
  });

  test('a large result that nobody waits for any more is not sent to its end', async () => {
    const { call, served, ends, daemon } = await connectPeers(() => undefined);
    const controller = new AbortController();
    const seen = watch(call('large', [], { signal: controller.signal }));
    await until(() => served.length === 1);
    served[0]!.resolve([new Uint8Array(64 * 2 ** 20), new Uint8Array(64 * 2 ** 20)]);
    await turns(3);
    controller.abort();
    await turns();
    jest.advanceTimersByTime(50);
    await until(() => settled(seen));
    expect(seen.error).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
    await until(() => daemon.connection?.pendingBytes === 0);
    const again = watch(call('next'));
    await until(() => served.length === 2);
    served[1]!.resolve(1);
    await until(() => settled(again));
    expect([again, ends]).toEqual([{ value: 1 }, []]);
  });

  test('a stream whose cancel crossed its opening is closed at both ends', async () => {
    const { call, served, daemon } = await connectPeers(() => undefined);
    const controller = new AbortController();
    const seen = watch(call('m', [], { signal: controller.signal }));
    await until(() => served.length === 1);
    let closed = false;
    void served[0]!.stream(
      (async function* () {
        try {
          for (;;) yield await Promise.resolve(1);
        } finally {
          closed = true;
        }
      })(),
    );
    controller.abort();
    await until(() => settled(seen));
    expect(seen.error).toMatchObject({ code: 'CANCELLED', ran: 'yes' });
    await until(() => daemon.answerer.pending === 0);
    expect(closed).toBe(false); // it was never begun
  });

  test('a cancelled method that then gives a stream tells that it ran', async () => {
    const { call, served } = await connectPeers(() => undefined);
    const controller = new AbortController();
    const seen = watch(call('m', [], { signal: controller.signal }));
    await until(() => served.length === 1);
    controller.abort();
    await until(() => served[0]!.aborted !== undefined);
    void served[0]!.stream((async function* () {})());
    await until(() => settled(seen));
    expect(seen.error).toMatchObject({ code: 'CANCELLED', ran: 'yes' });
  });
});

describe('a lost connection', () => {
  async function lose({ client, sockets, ends }: Rig, policy: Parameters<typeof client.caller.detach>[1] = lost): Promise<void> {
    sockets.accepted.destroy();
    await until(() => ends.length > 0);
    client.caller.detach(ends[0]!, policy);
  }

  test('a call that was written is CONNECTION_LOST with ran maybe; its stream breaks', async () => {
    const rig = await connectPeers((call) => {
      if (call.member === 'stream')
        void call.stream(
          (async function* () {
            yield await Promise.resolve(1);
            await new Promise(() => undefined);
          })(),
        );
    });
    const stream = (await rig.call('stream')) as IncomingStream;
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    const next = watch(stream.next());
    const seen = watch(rig.call('hang'));
    await until(() => rig.served.length === 2);
    await lose(rig);
    await until(() => settled(seen) && settled(next));
    expect(seen.error).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    expect(next.error).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    expect(rig.served[0]!.aborted).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('idempotent calls are sent again, and those that were never written after them, in the order they were made', async () => {
    const rig = await connectPeers(echo);
    const first = watch(rig.call('hang', [1], { flags: FLAG.idempotent }));
    const second = watch(rig.call('hang', [2]));
    await until(() => rig.served.length === 2);
    const before = rig.served.length;
    await lose(rig, ({ request: { flags } }) => ((flags & FLAG.idempotent) !== 0 ? 'again' : lost()));
    const third = rig.call('echo', [3]);
    await turns();
    expect(second.error).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    await rig.again();
    expect(await third).toEqual([3]);
    const after = rig.served.slice(before);
    expect(after.map(({ args }) => args)).toEqual([[1], [3]]);
    expect(after[0]!.id).toBeGreaterThan(2);
    after[0]!.resolve('again');
    await until(() => settled(first));
    expect(first).toEqual({ value: 'again' });
  });

  test('arguments of a call that waits are those of the moment it was made', async () => {
    const rig = await connectPeers(echo);
    await lose(rig);
    const argument = { value: 1 };
    const call = rig.call('echo', [argument]);
    argument.value = 2;
    await rig.again();
    expect(await call).toEqual([{ value: 1 }]);
  });

  test('a call that waits and cannot be encoded is refused at once', async () => {
    const rig = await connectPeers(echo);
    await lose(rig);
    await expect(rig.call('echo', [() => 1])).rejects.toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
    expect(rig.client.caller.pending).toBe(0);
  });

  test('a call that was given up is not sent again', async () => {
    const rig = await connectPeers(echo);
    const controller = new AbortController();
    const seen = watch(rig.call('hang', [], { signal: controller.signal }));
    await until(() => rig.served.length === 1);
    controller.abort();
    await lose(rig, () => 'again');
    await turns(1);
    expect(seen.error).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
    expect(rig.client.caller.pending).toBe(0);
  });
});

describe('draining', () => {
  const draining = new SameboxError('DRAINING', 'going');

  test('calls that were answered DRAINING go to the next daemon, before those made after them', async () => {
    let drains = true;
    const rig = await connectPeers((call) => (drains ? call.reject(draining) : call.resolve(call.args)));
    const first = rig.call('echo', [1]);
    const second = rig.call('echo', [2]);
    rig.client.caller.hold();
    const third = rig.call('echo', [3]);
    await until(() => rig.served.length === 2);
    await turns();
    expect(rig.client.caller.pending).toBe(3);
    drains = false;
    rig.client.caller.detach(gone, lost);
    await rig.again();
    expect(await Promise.all([first, second, third])).toEqual([[1], [2], [3]]);
    expect(rig.served.slice(2).map(({ args }) => args)).toEqual([[1], [2], [3]]);
  });

  test('a goaway is heard, and what was begun is still answered', async () => {
    const rig = await connectPeers(() => undefined);
    const seen = watch(rig.call('m'));
    await until(() => rig.served.length === 1);
    rig.daemon.goaway(draining);
    await until(() => rig.goaways.length === 1);
    expect(rig.goaways[0]).toMatchObject({ code: 'DRAINING', message: 'going' });
    rig.served[0]!.resolve(1);
    await until(() => settled(seen));
    expect(seen).toEqual({ value: 1 });
  });

  test('a call that ran before it was answered DRAINING is never sent again', async () => {
    const rig = await connectPeers((call) => call.reject(draining.with({ ran: 'yes' })));
    await expect(rig.call('m')).rejects.toMatchObject({ code: 'DRAINING', ran: 'yes' });
    expect(rig.client.caller.pending).toBe(0);
  });

  test('a call that does not want to wait is told DRAINING', async () => {
    const rig = await connectPeers((call) => call.reject(draining));
    rig.client.caller.hold();
    await expect(rig.call('m', [], { retry: false })).rejects.toMatchObject({ code: 'DRAINING', ran: 'no' });
  });
});

test('close rejects all that is pending, and leaves no timer', async () => {
  const rig = await connectPeers((call) => {
    if (call.member === 'stream') void call.stream((async function* () { await new Promise(() => undefined); yield 1; })());
  });
  const stream = (await rig.call('stream')) as IncomingStream;
  const next = watch(stream.next());
  const written = watch(rig.call('hang'));
  rig.client.caller.hold();
  const waiting = watch(rig.call('hang'));
  const controller = new AbortController();
  const remove = jest.spyOn(controller.signal, 'removeEventListener');
  rig.call('hang', [], { signal: controller.signal }).catch(() => undefined);
  rig.client.caller.close(new SameboxError('CANCELLED', 'closed'));
  await turns(1);
  expect(written.error).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
  expect(waiting.error).toMatchObject({ code: 'CANCELLED', ran: 'no' });
  expect(next.error).toMatchObject({ code: 'CANCELLED' });
  expect(remove).toHaveBeenCalled();
  expect(rig.client.caller.pending).toBe(0);
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
      call('m', [], { flags: FLAG.progress, onProgress: (fraction, message) => heard.push([fraction, message]) }),
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
    const seen = watch(call('m', [], { flags: FLAG.progress, onProgress: (fraction) => heard.push(fraction) }));
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

  test('a listener that throws is an uncaught exception, and disturbs no call', async () => {
    const { call, served, ends } = await connectPeers(() => undefined);
    const thrown: unknown[] = [];
    const nextTick = jest.spyOn(process, 'nextTick').mockImplementation((act: () => void) => {
      try {
        act();
      } catch (error) {
        thrown.push(error);
      }
    });
    const seen = watch(
      call('m', [], {
        flags: FLAG.progress,
        onProgress: () => {
          throw new Error('of the user');
        },
      }),
    );
    nextTick.mockRestore();
    await until(() => served.length === 1);
    const tick = process.nextTick.bind(process);
    jest.spyOn(process, 'nextTick').mockImplementation((act, ...rest: unknown[]) => {
      tick(() => {
        try {
          (act as (...args: unknown[]) => void)(...rest);
        } catch (error) {
          thrown.push(error);
        }
      });
    });
    served[0]!.progress(0.5);
    await until(() => thrown.length === 1);
    jest.restoreAllMocks();
    served[0]!.resolve(1);
    await until(() => settled(seen));
    expect([seen, ends, String(thrown[0])]).toEqual([{ value: 1 }, [], 'Error: of the user']);
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
    const { sockets, served } = await connectPeers(() => undefined);
    sockets.connected.write(frameBytes([KIND.call, 1, 0, 't', 'm', null, 0, POLICY.drop, 2 ** 53 - 1, []], []));
    await until(() => served.length === 1);
    let made = 0;
    void served[0]!.stream(
      (async function* () {
        for (;;) yield await Promise.resolve(made++);
      })(),
    );
    await until(() => made > 20_000);
    const { stream } = [...Object.values(served[0]!).flatMap((outlet: unknown) => callsOf(outlet))][0]!;
    expect(stream.kept.length).toBeLessThanOrEqual(4096);
    sockets.connected.destroy();
    await turns(5);
  });
});

/** The entries of an answerer's table, which is nobody else's business. */
function callsOf(outlet: unknown): { stream: { kept: unknown[] } }[] {
  const calls = (outlet as { calls?: unknown } | undefined)?.calls;
  return calls instanceof Map ? [...(calls as Map<number, { stream: { kept: unknown[] } }>).values()] : [];
}

describe('another side that breaks the protocol', () => {
  /** A client's peer against raw bytes. */
  async function against(): Promise<{ peer: Peer; write: (bytes: Buffer) => void; heads: Head[]; ends: SameboxError[] }> {
    const { connected, accepted } = await socketPair();
    const ends: SameboxError[] = [];
    const peer: Peer = new Peer(echo, {
      onGoaway: () => undefined,
      onEnd: (reason) => {
        ends.push(reason);
        peer.caller.detach(reason, () => reason.with({ ran: 'maybe' }));
      },
    });
    peer.attach(new Connection(connected, 'lab'));
    return { peer, write: (bytes) => void accepted.write(bytes), heads: readHeads(accepted), ends };
  }

  const answers: [string, Head][] = [
    ['result', [KIND.result, 9, FLAG.yours, []]],
    ['error', [KIND.error, 9, FLAG.yours, 'BUSY', 'no', []]],
    ['item', [KIND.item, 9, FLAG.yours, 0, 0, []]],
    ['progress', [KIND.item, 9, FLAG.yours, 1, 0, []]],
    ['end', [KIND.end, 9, FLAG.yours, 0, 0]],
  ];
  test.each(answers)('a %s for a call that was never made ends the connection', async (_name, head) => {
    const { write, heads, ends } = await against();
    write(frameBytes(head, null));
    await until(() => ends.length > 0);
    expect(ends[0]).toMatchObject({ code: 'PROTOCOL' });
    await until(() => heads.length > 0);
    expect(heads).toEqual([[KIND.goaway, 0, 0, 'PROTOCOL']]);
  });

  const misplaced: [string, Head][] = [
    ['a second hello', [KIND.hello, 0, 0]],
    ['a reserved grant', [KIND.grant, 0, 0, 1, 1, 1, 'memfd']],
    ['a result that names the sender’s call', [KIND.result, 1, 0, []]],
    ['a call that names the receiver’s', [KIND.call, 1, FLAG.yours, 't', 'm', null, 0, 0, 0, []]],
  ];
  test.each(misplaced)('%s ends the connection, and what is pending is settled', async (_name, head) => {
    const { peer, write, ends } = await against();
    const seen = watch(peer.caller.call(request('m')));
    await turns(2);
    write(frameBytes(head, []));
    await until(() => settled(seen));
    expect(ends).toMatchObject([{ code: 'PROTOCOL' }]);
    expect(seen.error).toMatchObject({ ran: 'maybe' });
  });

  test('a late answer for a call that was settled is dropped', async () => {
    const { peer, write, ends } = await against();
    const seen = watch(peer.caller.call(request('m')));
    for (const [, head] of answers) write(frameBytes([head[0], 1, ...head.slice(2)] as unknown as Head, null));
    await until(() => settled(seen));
    await turns();
    expect([seen, ends]).toEqual([{ value: null }, []]);
  });

  const nonsense = Buffer.from('9fffff', 'hex');
  test('a body that cannot be read fails one call, and the connection stays', async () => {
    const { call, sockets, served, ends } = await connectPeers(echo);
    const heads = readHeads(sockets.connected);
    sockets.connected.write(rawFrame([KIND.call, 1, 0, 't', 'm', null, 0, 0, 0, []], nonsense));
    sockets.connected.write(frameBytes([KIND.call, 2, 0, 't', 'm', null, 0, 0, 0, []], { not: 'an array' }));
    await until(() => heads.length === 2);
    expect(heads).toEqual([
      [KIND.error, 1, FLAG.yours, 'PROTOCOL', 'no', []],
      [KIND.error, 2, FLAG.yours, 'PROTOCOL', 'no', []],
    ]);
    expect([served, ends]).toEqual([[], []]);
    void call;
  });

  test('a result that cannot be read fails one call, and the connection stays', async () => {
    const { peer, write, ends } = await against();
    const first = watch(peer.caller.call(request('m')));
    const second = watch(peer.caller.call(request('m')));
    write(rawFrame([KIND.result, 1, FLAG.yours, []], nonsense));
    write(frameBytes([KIND.result, 2, FLAG.yours, []], 'fine'));
    await until(() => settled(first) && settled(second));
    expect(first.error).toMatchObject({ code: 'PROTOCOL', ran: 'yes' });
    expect([second, ends]).toEqual([{ value: 'fine' }, []]);
  });

  test('an item that cannot be read fails its stream, and the producer is told', async () => {
    const { peer, write, heads, ends } = await against();
    const call = peer.caller.call(request('m'));
    write(frameBytes([KIND.result, 1, FLAG.yours | FLAG.stream, []]));
    const stream = (await call) as IncomingStream;
    const next = watch(stream.next());
    write(rawFrame([KIND.item, 1, FLAG.yours, 0, 0, []], nonsense));
    await until(() => settled(next));
    expect(next.error).toMatchObject({ code: 'PROTOCOL' });
    await until(() => heads.some(([kind]) => kind === KIND.cancel));
    expect(heads.at(-1)).toEqual([KIND.cancel, 1, 0, CANCEL_REASON.left]);
    expect(ends).toEqual([]);
  });

  test('items without credit end the connection', async () => {
    const { peer, write, ends } = await against();
    const call = peer.caller.call(request('m'));
    write(frameBytes([KIND.result, 1, FLAG.yours | FLAG.stream, []]));
    await call;
    write(frameBytes([KIND.item, 1, FLAG.yours, 0, 0, []], 1));
    await until(() => ends.length > 0);
    expect(ends[0]).toMatchObject({ code: 'PROTOCOL' });
  });

  test('credit and cancels for unknown calls, acks and pings do no harm', async () => {
    const { write, heads, ends } = await against();
    write(frameBytes([KIND.credit, 5, 0, 0, 10, 10]));
    write(frameBytes([KIND.credit, 5, 0, 7, 10, 10]));
    write(frameBytes([KIND.cancel, 5, 0, 99]));
    write(frameBytes([KIND.ack, 5, 0]));
    write(frameBytes([KIND.pong, 5, 0]));
    write(frameBytes([KIND.ping, 77, 0]));
    await until(() => heads.length > 0);
    expect(heads).toEqual([[KIND.pong, 77, 0]]);
    expect(ends).toEqual([]);
  });

  test('bytes that were changed on the way end in order at both ends', async () => {
    const writer = new ByteWriter();
    void writer;
    for (let seed = 1; seed <= 60; seed++) {
      const { sockets, daemon } = await connectPeers(echo);
      sockets.connected.on('error', () => undefined);
      const bytes = Buffer.concat([
        frameBytes([KIND.call, 1, 0, 't', 'm', 1000, 0, 0, 0, []], [1, 'two', new Uint8Array(10)]),
        frameBytes([KIND.call, 2, 0, 't', 'hang', null, 1, 0, 0, []], [{ a: [1, 2, 3] }]),
        frameBytes([KIND.cancel, 2, 0, 0]),
      ]);
      for (let change = 0; change < 3; change++)
        bytes[(seed * 7919 + change * 104_729) % bytes.length] = (seed * 31 + change * 17) & 0xff;
      sockets.connected.write(bytes);
      await turns(5);
      sockets.connected.destroy();
      await until(() => daemon.connection === undefined);
      expect(daemon.answerer.pending).toBe(0);
    }
    expect(DEFAULT_LIMITS.frameBytes).toBe(64 * 2 ** 20);
  });
});
