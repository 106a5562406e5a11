import { Peer } from '../../../src/peer/peer';
import type { IncomingCall } from '../../../src/peer/incoming-call';
import { connectPeers, echo, request, settled, useFakeTime, watch } from './support/rig';
import { turns, until } from './support/sockets';

useFakeTime();

const verdict = (call: IncomingCall, ran: 'no' | 'yes'): void => {
  call.onAbort = (reason) => call.reject(reason.with({ ran }));
};

test('both sides can call, many at once, and every answer comes to its own call', async () => {
  const { call, daemon } = await connectPeers(echo);
  const calls = Array.from({ length: 500 }, (_, index) =>
    call('echo', [index, new Uint8Array(5000).fill(index)]),
  );
  const back = watch(daemon.caller.call(request('x')));
  (await Promise.all(calls)).forEach((result, index) => {
    const [number, bytes] = result as [number, Uint8Array];
    expect([number, bytes[4999]]).toEqual([index, index & 0xff]);
  });
  await until(() => settled(back));
  expect(back.error).toMatchObject({ code: 'NO_TARGET', ran: 'no' });
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
    await turns();
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
