import { CHUNK_BYTES } from '../../../src/limits';
import { SameboxError } from '../../../src/errors';
import type { IncomingCall } from '../../../src/peer/incoming-call';
import type { IncomingStream } from '../../../src/peer/incoming-stream';
import { LocalArray } from '../../../src/segments/local-array';
import type { NdArray } from '../../../src/values/nd-array';
import { keep, release } from '../../../src/values/ownership';
import { collected } from '../../support/collect';
import { pattern, same } from '../../support/real-segments';
import { closeSessions, connectWithHandoff, type HandoffRig } from './support/handoff-rig';
import { echo, settled, watch } from './support/rig';
import { closeSockets, turns, until } from './support/sockets';

afterEach(() => {
  closeSockets();
  closeSessions();
});

const MiB = 1024 * 1024;
const LARGE = 3 * MiB;

/** An array in a segment of the client's, as `client.alloc` gives it. */
function alloc(rig: HandoffRig, bytes: number): Uint8Array {
  const { array, memory } = rig.sessions.client.allocate([bytes], 'uint8');
  expect(memory).toBeDefined();
  return array.data as Uint8Array;
}

/** The same where space is reserved first: who asks again has it. */
async function allocSoon(rig: HandoffRig, bytes: number): Promise<Uint8Array> {
  for (;;) {
    const { array, memory } = rig.sessions.client.allocate([bytes], 'uint8');
    if (memory !== undefined) return array.data as Uint8Array;
    await turns(1);
  }
}

const first = (call: IncomingCall | undefined): Uint8Array => call?.args[0] as Uint8Array;

/** Nothing of either side is out any more. */
async function allBack({ handoffs }: HandoffRig): Promise<void> {
  await until(() => {
    const { client, daemon } = handoffs();
    return [client, daemon].every((one) => {
      const { out, in: incoming } = one.status();
      return out.granted === 0 && incoming.granted === 0 && out.free === out.mapped;
    });
  });
}

describe('whose memory it is', () => {
  test('an argument is the caller’s memory itself, until the call is answered', async () => {
    const rig = await connectWithHandoff(() => undefined);
    const array = alloc(rig, LARGE);
    array.set(pattern(LARGE, 1));
    const answer = rig.call('m', [array]);
    await until(() => rig.served.length === 1);
    const [call] = rig.served;
    const argument = first(call);
    expect([argument.byteLength, argument.buffer.byteLength, same(argument, array)]).toEqual([
      LARGE,
      LARGE,
      true,
    ]);
    array[5] = 77;
    expect(argument[5]).toBe(77);
    argument[LARGE - 1] = 88;
    expect(array[LARGE - 1]).toBe(88);
    call?.resolve('seen');
    expect(await answer).toBe('seen');
    expect([argument.length, array.length]).toEqual([0, LARGE]);
    release(array);
    await allBack(rig);
  });

  test('a result is the daemon’s memory itself, and belongs to the caller until he releases it', async () => {
    let made: Uint8Array | undefined;
    const rig: HandoffRig = await connectWithHandoff((call) => {
      const { array, memory } = rig.sessions.daemon.allocate([1024, 1024], 'float32');
      made = new Uint8Array(array.data.buffer);
      made.set(pattern(4 * MiB, 2));
      call.resolve(array);
      expect(memory?.segment.holds).toBe(2);
    });
    const result = (await rig.call('m')) as NdArray;
    const bytes = new Uint8Array(result.data.buffer);
    expect([result.shape, bytes.length, same(bytes, made as Uint8Array)]).toEqual([
      [1024, 1024],
      4 * MiB,
      true,
    ]);
    (made as Uint8Array)[7] = 1;
    bytes[8] = 2;
    expect([bytes[7], made?.[8]]).toEqual([1, 2]);
    await turns();
    expect(bytes.length).toBe(4 * MiB);
    release(made as Uint8Array);
    release(result);
    expect(bytes.length).toBe(0);
    await allBack(rig);
  });

  test('what a method has allocated goes with its answer', async () => {
    const lent: LocalArray[] = [];
    const rig: HandoffRig = await connectWithHandoff((call) => {
      const { array, memory } = rig.sessions.daemon.allocate([LARGE], 'uint8');
      (array.data as Uint8Array).set(pattern(LARGE, 3));
      memory?.lend();
      lent.push(memory as LocalArray);
      call.resolve(array.data);
    });
    const result = (await rig.call('m')) as Uint8Array;
    expect(lent[0]?.buffer.byteLength).toBe(0);
    expect(same(result, pattern(LARGE, 3))).toBe(true);
    release(result);
    await allBack(rig);
  });

  test('a result that nobody holds any more is given back when it is collected', async () => {
    const rig = await connectWithHandoff((call) => call.resolve(pattern(LARGE, 4)));
    const length = await (async () => ((await rig.call('m')) as Uint8Array).length)();
    expect(length).toBe(LARGE);
    rig.served.length = 0;
    await collected(() => rig.handoffs().client.status().in.granted === 0);
    await allBack(rig);
  });

  test('an item is lent until the next is asked for', async () => {
    async function* images(): AsyncGenerator<Uint8Array> {
      for (let index = 1; index <= 4; index++) yield pattern(LARGE, index);
    }
    const rig = await connectWithHandoff((call) => void call.stream(images()));
    const stream = (await rig.call('m')) as IncomingStream<Uint8Array>;
    const seen: Uint8Array[] = [];
    for await (const image of stream) {
      expect(seen.map(({ length }) => length)).toEqual(seen.map((_, index) => (index === 1 ? LARGE : 0)));
      expect(same(image, pattern(LARGE, seen.length + 1))).toBe(true);
      seen.push(seen.length === 1 ? keep(image) : image);
    }
    expect(seen.map(({ length }) => length)).toEqual([0, LARGE, 0, 0]);
    expect(same(seen[1] as Uint8Array, pattern(LARGE, 2))).toBe(true);
    release(seen[1] as Uint8Array);
    await allBack(rig);
  });

  test('an image stream goes through few segments, and the last image stays with who leaves', async () => {
    async function* images(): AsyncGenerator<Uint8Array> {
      const image = new Uint8Array(LARGE);
      for (let index = 1; ; index++) {
        yield image.fill(index);
        await turns(1);
      }
    }
    const rig = await connectWithHandoff((call) => void call.stream(images()));
    const stream = (await rig.call('m', [], { slow: 'latest' })) as IncomingStream<Uint8Array>;
    let last: Uint8Array | undefined;
    let count = 0;
    for await (const image of stream) {
      last = image;
      if (++count === 20) break;
    }
    expect(last?.length).toBe(LARGE);
    expect(rig.handoffs().daemon.status().out.segments).toBeLessThanOrEqual(4);
    release(last as Uint8Array);
    await allBack(rig);
  });
});

describe('the loan of arguments', () => {
  test('does not end for what the method keeps', async () => {
    const kept: Uint8Array[] = [];
    const rig = await connectWithHandoff((call) => {
      kept.push(keep(first(call)));
      call.resolve(null);
    });
    await rig.call('m', [pattern(LARGE, 1)]);
    await rig.call('m', [pattern(LARGE, 2)]);
    expect(kept.map((one, index) => same(one, pattern(LARGE, index + 1)))).toEqual([true, true]);
    for (const one of kept) release(one);
    await allBack(rig);
  });

  test('ends with an error as well', async () => {
    const rig = await connectWithHandoff((call) =>
      call.reject(new SameboxError('METHOD_FAILED', 'no', { ran: 'yes' })),
    );
    await expect(rig.call('m', [pattern(LARGE, 1)])).rejects.toThrow('no');
    expect(first(rig.served[0]).length).toBe(0);
    await allBack(rig);
  });

  test('ends when an echo of them has been sent in full, however it goes', async () => {
    const rig = await connectWithHandoff(echo, { daemon: 'never' });
    const large = pattern(20 * CHUNK_BYTES + 1, 7);
    const answer = watch(rig.call('m', [large]));
    await until(() => rig.served.length === 1);
    const argument = first(rig.served[0]);
    expect(rig.handoffs().client.status().out.way).toBe('inline'); // The daemon reads none, either.
    expect(argument.length).toBe(large.length);
    await until(() => settled(answer));
    expect(same((answer.value as [Uint8Array])[0], large)).toBe(true);
    await until(() => argument.length === 0);
  });

  test('ends when an echo of them has been copied to the daemon’s own memory', async () => {
    const rig = await connectWithHandoff(echo);
    const large = alloc(rig, LARGE);
    large.set(pattern(LARGE, 7));
    const [result] = (await rig.call('m', [large])) as [Uint8Array];
    expect(same(result, pattern(LARGE, 7))).toBe(true);
    result[0] = 1;
    expect(large[0]).toBe(pattern(LARGE, 7)[0]); // The echo lies elsewhere.
    await until(() => first(rig.served[0]).length === 0);
    release(result);
    release(large);
    await allBack(rig);
  });

  test('goes on while the method runs, though the call was cancelled', async () => {
    const rig = await connectWithHandoff(() => undefined);
    const abort = new AbortController();
    const array = alloc(rig, LARGE);
    array.set(pattern(LARGE, 1));
    const answer = watch(rig.call('m', [array], { signal: abort.signal }));
    await until(() => rig.served.length === 1);
    abort.abort();
    await until(() => rig.served[0]?.aborted !== undefined);
    const argument = first(rig.served[0]);
    release(array);
    await turns();
    expect(same(argument, pattern(LARGE, 1))).toBe(true);
    rig.served[0]?.resolve(null);
    expect(argument.length).toBe(0);
    await until(() => settled(answer));
    await allBack(rig);
  });

  test('goes on while the method runs, though the connection is gone; its memory is not used again', async () => {
    const rig = await connectWithHandoff(() => undefined);
    const array = alloc(rig, LARGE);
    array.set(pattern(LARGE, 1));
    const answer = watch(rig.call('m', [array]));
    await until(() => rig.served.length === 1);
    rig.sockets.connected.destroy();
    await until(() => rig.client.connection === undefined && rig.daemon.connection === undefined);
    const lost = new SameboxError('CONNECTION_LOST', 'gone');
    rig.client.caller.detach(lost, () => lost);
    await until(() => settled(answer));
    const argument = first(rig.served[0]);
    release(array);
    const next = alloc(rig, LARGE);
    next.fill(0);
    expect(same(argument, pattern(LARGE, 1))).toBe(true);
    rig.served[0]?.resolve(null);
    expect(argument.length).toBe(0);
    release(next);
  });

  test('of a call that is refused ends at once', async () => {
    const rig = await connectWithHandoff(() => undefined, { limits: { daemon: { callsInFlight: 0 } } });
    await expect(rig.call('m', [pattern(LARGE, 1)])).rejects.toMatchObject({ code: 'BUSY' });
    await allBack(rig);
  });
});

describe('how it goes', () => {
  test('what is little goes inline, what is middling is copied at once, what is large is placed later', async () => {
    const rig = await connectWithHandoff(echo);
    const out = (): number => rig.handoffs().client.status().out.segments;
    for (const [bytes, segments] of [
      [5000, 0],
      [60_000, 0],
      [100_000, 1],
      [MiB, 2],
      [8 * MiB, 3],
    ] as const) {
      const large = pattern(bytes, bytes & 0xff);
      const [back] = (await rig.call('m', [large])) as [Uint8Array];
      expect([same(back, large), out()]).toEqual([true, segments]);
    }
  });

  test('small calls pass a large one that is being copied', async () => {
    const rig = await connectWithHandoff((call) => call.resolve(call.member));
    const order: unknown[] = [];
    const large = rig.call('large', [new Uint8Array(16 * MiB)]).then((value) => order.push(value));
    await rig.call('small', [], { target: 'other' }).then((value) => order.push(value));
    await large;
    expect(order).toEqual(['small', 'large']);
  });

  test('an array that is released while it is being copied fails its call, which never ran', async () => {
    const rig = await connectWithHandoff(echo);
    const large = new Uint8Array(16 * MiB);
    const answer = watch(rig.call('m', [large]));
    structuredClone(large.buffer, { transfer: [large.buffer] });
    await until(() => settled(answer));
    expect(answer.error).toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
    expect(await rig.call('m', [1])).toEqual([1]);
    expect(rig.served).toHaveLength(1);
    await allBack(rig);
  });

  test('a call that is given up while its argument is copied never comes', async () => {
    const rig = await connectWithHandoff(echo);
    const abort = new AbortController();
    const answer = watch(rig.call('m', [new Uint8Array(16 * MiB)], { signal: abort.signal }));
    await turns(3);
    abort.abort();
    await until(() => settled(answer));
    expect(answer.error).toMatchObject({ code: 'CANCELLED', ran: 'no' });
    expect(await rig.call('m', [1])).toEqual([1]);
    expect(rig.served).toHaveLength(1);
    await allBack(rig);
  });

  test('a call that can not be sent leaves no reference, and what it introduced can be used', async () => {
    const rig = await connectWithHandoff(echo);
    const array = alloc(rig, 100_000);
    const many = Array.from({ length: 1100 }, () => array.subarray(0, 5000));
    await expect(rig.call('m', [array, () => 1])).rejects.toMatchObject({ code: 'UNENCODABLE' });
    await expect(rig.call('m', [many])).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(rig.call('m'.repeat(16_380), [array])).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(LocalArray.of(array.buffer)?.segment.holds).toBe(1);
    const [back] = (await rig.call('m', [array])) as [Uint8Array];
    expect(same(back, array)).toBe(true);
    release(back);
    release(array);
    await allBack(rig);
  });

  test('the next connection of a session uses its segments again', async () => {
    const rig = await connectWithHandoff(echo);
    const array = alloc(rig, LARGE);
    array.set(pattern(LARGE, 1));
    await rig.call('m', [array]);
    rig.sockets.connected.destroy();
    await until(() => rig.client.connection === undefined && rig.daemon.connection === undefined);
    await rig.again();
    const [back] = (await rig.call('m', [array])) as [Uint8Array];
    expect(same(back, pattern(LARGE, 1))).toBe(true);
  });

  test.each([
    ['the client', { client: 'never' as const }],
    ['the daemon', { daemon: 'never' as const }],
  ])('where %s uses no shared memory, all goes through the socket', async (_who, choice) => {
    const rig = await connectWithHandoff(echo, choice);
    const { client, daemon } = rig.handoffs();
    for (const { out, in: incoming } of [client.status(), daemon.status()]) {
      expect([out.way, incoming.way]).toEqual(['inline', 'inline']);
      expect(out.reason).toBeDefined();
    }
    const large = pattern(LARGE, 1);
    const [back] = (await rig.call('m', [large])) as [Uint8Array];
    expect([same(back, large), client.status().out.segments]).toEqual([true, 0]);
  });

  test('where the other side maps little, the rest goes through the socket', async () => {
    const rig = await connectWithHandoff(echo, {
      limits: { daemon: { segmentBytes: 2 * MiB, segments: 1 } },
    });
    for (const bytes of [LARGE, MiB, LARGE]) {
      const large = pattern(bytes, bytes & 0xff);
      const [back] = (await rig.call('m', [large])) as [Uint8Array];
      expect(same(back, large)).toBe(true);
    }
    expect(rig.handoffs().daemon.status().in.segments).toBe(1);
    expect(rig.handoffs().client.status().in.segments).toBe(1);
  });
});

describe.each(['file'] as const)('by %s, which the daemon reads and the client maps', (way) => {
  const posix = process.platform === 'win32' ? test.skip : test;

  posix('both directions carry what was sent', async () => {
    const rig = await connectWithHandoff(echo, { client: way, daemon: way });
    const { client, daemon } = rig.handoffs();
    expect([client.status().out.way, daemon.status().out.way]).toEqual([way, way]);
    const array = await allocSoon(rig, LARGE);
    array.set(pattern(LARGE, 5));
    const [back] = (await rig.call('m', [array])) as [Uint8Array];
    expect(same(back, pattern(LARGE, 5))).toBe(true);
    await until(() => first(rig.served[0]).length === 0);
    release(array);
    release(back);
    await allBack(rig);
  });

  posix('calls to one target keep their order, though some are read', async () => {
    const rig = await connectWithHandoff((call) => call.resolve(call.member));
    const array = await allocSoon(rig, LARGE);
    const answers = [rig.call('a', [array]), rig.call('b'), rig.call('c', [array]), rig.call('d')];
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c', 'd']);
    expect(rig.served.map(({ member }) => member)).toEqual(['a', 'b', 'c', 'd']);
  });
});
