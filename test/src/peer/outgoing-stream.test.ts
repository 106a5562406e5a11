import fc from 'fast-check';
import { SameboxError } from '../../../src/errors';
import { POLICY } from '../../../src/frames';
import { OutgoingStream } from '../../../src/peer/outgoing-stream';
import { turns, until } from './support/sockets';

interface Rig {
  stream: OutgoingStream;
  sent: [number, unknown][];
  ends: (number | string)[];
}

function rig(policy: number, keep = 3, size = 1, refuse: (value: unknown) => boolean = () => false): Rig {
  const sent: [number, unknown][] = [];
  const ends: (number | string)[] = [];
  const outlet = {
    item: (sequence: number, value: unknown) => {
      if (refuse(value)) throw new SameboxError('UNENCODABLE', 'item is a function');
      sent.push([sequence, value]);
      return { bytes: size };
    },
    again: () => undefined,
    end: (count: number) => ends.push(count),
    ready: () => true,
    fail: (error: unknown) => ends.push(SameboxError.from(error, 'METHOD_FAILED').code),
  };
  return { stream: new OutgoingStream(outlet, policy, keep), sent, ends };
}

/** An iterable that says what was asked of it. */
class Source implements AsyncIterableIterator<number> {
  made = 0;
  returned = 0;
  constructor(
    private readonly count = Infinity,
    private readonly pace: () => Promise<void> = () => Promise.resolve(),
  ) {}
  async next(): Promise<IteratorResult<number>> {
    await this.pace();
    return this.made < this.count ? { done: false, value: this.made++ } : { done: true, value: undefined };
  }
  return(): Promise<IteratorResult<number>> {
    this.returned++;
    return Promise.resolve({ done: true, value: undefined });
  }
  [Symbol.asyncIterator](): this {
    return this;
  }
}

const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('with block no item is made before there is credit for it', async () => {
  const { stream, sent, ends } = rig(POLICY.block);
  const source = new Source(5);
  const run = stream.run(source);
  await turns();
  expect(source.made).toBe(0);
  stream.credit(2, 1000);
  await turns();
  expect([source.made, sent.length]).toEqual([2, 2]);
  stream.credit(100, 1000);
  await run;
  expect(sent.map(([sequence]) => sequence)).toEqual([0, 1, 2, 3, 4]);
  expect(ends).toEqual([5]);
  expect(source.returned).toBe(0);
});

test('bytes limit a stream as items do', async () => {
  const { stream, sent } = rig(POLICY.block, 1, 100);
  void stream.run(new Source());
  stream.credit(1000, 250);
  await turns();
  expect(sent).toHaveLength(3); // the last may go over
  stream.stop();
});

test('with latest only the newest item waits', async () => {
  const { stream, sent, ends } = rig(POLICY.latest);
  const run = stream.run(new Source(10));
  await turns();
  stream.credit(1, 1000);
  expect(sent).toEqual([[9, 9]]);
  await run;
  expect(ends).toEqual([10]);
});

test('with drop the newest few wait, in their order, and the count tells how many are lost', async () => {
  const { stream, sent, ends } = rig(POLICY.drop, 3);
  const run = stream.run(new Source(10));
  await turns();
  stream.credit(2, 1000);
  stream.credit(10, 1000);
  await run;
  expect(sent.map(([sequence]) => sequence)).toEqual([7, 8, 9]);
  expect(ends).toEqual([10]);
});

test('any timing: nothing is sent twice or out of order, nothing beyond the credit, and block loses nothing', async () => {
  const step = fc.oneof(fc.record({ items: fc.nat(5) }), fc.constant('turn' as const));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.values(POLICY)),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(40),
      fc.array(step, { maxLength: 30 }),
      async (policy, keep, count, steps) => {
        const { stream, sent, ends } = rig(policy, keep);
        const source = new Source(count, eventLoopTurn);
        const run = stream.run(source);
        let granted = 0;
        for (const one of steps) {
          if (one === 'turn') await eventLoopTurn();
          else stream.credit((granted += one.items), 1e9);
          expect(sent.length).toBeLessThanOrEqual(granted);
        }
        stream.credit(1000, 1e9);
        await run;
        const sequences = sent.map(([sequence]) => sequence);
        expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
        expect(sent.every(([sequence, value]) => sequence === value)).toBe(true);
        expect(ends).toEqual([count]);
        if (policy === POLICY.block) expect(sent).toHaveLength(count);
        if (count > 0) expect(sequences.at(-1)).toBe(count - 1); // the newest always arrives
      },
    ),
    { numRuns: 50 },
  );
});

test.each(Object.entries(POLICY))(
  'an endless synchronous source does not starve the event loop (%s)',
  async (_name, policy) => {
    const { stream, sent } = rig(policy);
    const source = new Source();
    stream.credit(1e9, 1e9);
    const run = stream.run(source);
    await turns(10);
    expect(sent.length).toBeGreaterThan(0);
    stream.stop();
    await run;
    expect(source.returned).toBe(1);
  },
);

test('a slow consumer costs bounded memory', async () => {
  const { stream } = rig(POLICY.drop, 3);
  const source = new Source();
  void stream.run(source);
  await until(() => source.made > 10_000);
  expect((stream as unknown as { kept: unknown[] }).kept).toHaveLength(3);
  stream.stop();
});

test('a source is told to return once, also while it makes an item', async () => {
  const { stream, ends } = rig(POLICY.block);
  let release!: () => void;
  const source = new Source(Infinity, () => new Promise((resolve) => (release = resolve)));
  const run = stream.run(source);
  stream.credit(5, 5);
  await turns(2);
  stream.stop();
  stream.stop();
  expect(source.returned).toBe(1);
  release();
  await run;
  expect(source.returned).toBe(1);
  expect(ends).toEqual([]);
});

test('a generator that waits for credit runs its finally block when the consumer leaves', async () => {
  const { stream } = rig(POLICY.block);
  let closed = false;
  const run = stream.run(
    (async function* () {
      try {
        for (;;) yield await Promise.resolve(1);
      } finally {
        closed = true;
      }
    })(),
  );
  stream.credit(1, 10);
  await turns();
  stream.stop();
  await run;
  expect(closed).toBe(true);
});

test('a stream that is stopped before it runs closes its source', async () => {
  const { stream, ends } = rig(POLICY.block);
  const source = new Source();
  stream.stop();
  await stream.run(source);
  expect([source.made, source.returned, ends]).toEqual([0, 1, []]);
});

test('an item that cannot cross fails the stream and closes the source, also when credit comes later', async () => {
  for (const credit of ['before', 'after'] as const) {
    const { stream, ends } = rig(POLICY.latest, 1, 1, () => true);
    const source = new Source(Infinity, eventLoopTurn);
    if (credit === 'before') stream.credit(1, 10);
    const run = stream.run(source);
    await turns();
    if (credit === 'after') stream.credit(1, 10);
    expect(ends).toEqual(['UNENCODABLE']);
    await run;
    expect(source.returned).toBe(1);
    expect(ends).toEqual(['UNENCODABLE']);
  }
});

const rejected = (): Promise<never> => Promise.reject(new Error('no'));
const odd: [string, AsyncIterable<unknown>, (number | string)[]][] = [
  [
    'throws when it is opened',
    {
      [Symbol.asyncIterator]: () => {
        throw new Error('no');
      },
    },
    ['METHOD_FAILED'],
  ],
  ['is opened to nothing', { [Symbol.asyncIterator]: () => undefined as never }, ['METHOD_FAILED']],
  ['rejects at once', { [Symbol.asyncIterator]: () => ({ next: rejected }) }, ['METHOD_FAILED']],
  [
    'gives no iterator results',
    { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(undefined as never) }) },
    ['METHOD_FAILED'],
  ],
  [
    'gives results without promises',
    { [Symbol.asyncIterator]: () => ({ next: () => ({ done: true, value: 1 }) as never }) },
    [0],
  ],
];
test.each(odd)('an iterable that %s ends in order', async (_name, iterable, expected) => {
  const { stream, ends } = rig(POLICY.block);
  stream.credit(10, 10);
  await stream.run(iterable);
  expect(ends).toEqual(expected);
});

const farewells: [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects', rejected],
  ['gives no promise', () => ({ done: true })],
  ['never settles', () => new Promise(() => undefined)],
];
test.each(farewells)('a source whose return %s disturbs nobody', async (_name, farewell) => {
  const { stream, ends } = rig(POLICY.block);
  const next = (): Promise<IteratorResult<number>> => Promise.resolve({ done: false, value: 1 });
  const run = stream.run({ [Symbol.asyncIterator]: () => ({ next, return: farewell as never }) });
  stream.credit(1, 10);
  await turns();
  stream.stop();
  await run;
  expect(ends).toEqual([]);
});

test('a stream with credit waits while the other side does not read, and goes on when it does', async () => {
  let reads = false;
  const sent: unknown[] = [];
  const over = new Promise<void>((resolve) => {
    const outlet = {
      item: (_sequence: number, value: unknown) => ({ bytes: sent.push(value) }),
      again: () => undefined,
      end: () => resolve(),
      fail: () => undefined,
      ready: () => reads,
    };
    const stream = new OutgoingStream(outlet, POLICY.block, 1);
    void stream.run(new Source(3));
    stream.credit(100, 1e9);
    setImmediate(() => {
      expect(sent).toEqual([]);
      reads = true;
      stream.look();
    });
  });
  await over;
  expect(sent).toEqual([0, 1, 2]);
});

test('items that are kept for a slow consumer are weighed', async () => {
  const { stream, sent } = rig(POLICY.drop, 100);
  async function* large(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < 10; index++) yield new Uint8Array(20 * 1024 * 1024);
    stream.credit(100, 1e12);
  }
  const ended = stream.run(large());
  await ended;
  expect(sent.map(([sequence]) => sequence)).toEqual([7, 8, 9]);
});

test.each([
  ['without a turn of the event loop between, when they are at hand', 0, 200],
  ['with a turn after each, when they take long', 2, 1],
])('items are made %s', async (_what, milliseconds, together) => {
  let now = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
  const { stream } = rig(POLICY.latest);
  const source = new Source(200);
  const run = stream.run(source);
  await eventLoopTurn();
  expect(source.made).toBe(together);
  stream.stop();
  await run;
  clock.mockRestore();
});
