import fc from 'fast-check';
import { KIND, type CallHead } from '../../../src/frames';
import {
  arrivalsRig as rig,
  call,
  cancel,
  EMPTY,
  error,
  item,
  LIMITS,
  result,
  violation,
  type ArrivalsRig as Rig,
} from './support/arrivals-rig';
import { turns } from './support/sockets';

test('any interleaving of chunks gives every frame whole, and every track in its order', () => {
  const frame = fc.record({
    target: fc.constantFrom('pm', 'cam', 'stage'),
    transfers: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(frame, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      fc.infiniteStream(fc.integer({ min: 1, max: 16 })),
      (frames, choice, pieces) => {
        const { arrivals, delivered, chunk } = rig({ ...LIMITS, arrivingBytes: 10_000 });
        let number = 0;
        const bytes = new Map<number, { total: number; sent: number }>();
        let next = 0;
        for (;;) {
          const open = [...bytes].filter(([, { total, sent }]) => sent < total);
          const steps = open.length + (next < frames.length ? 1 : 0);
          if (steps === 0) break;
          const step = choice.next().value % steps;
          const turn = open[step];
          if (turn === undefined) {
            const { target, transfers } = frames[next++] as (typeof frames)[number];
            const refs = transfers.map((length) => [++number, length] as [number, number]);
            for (const [transfer, total] of refs) bytes.set(transfer, { total, sent: 0 });
            arrivals.take(call(next, target, refs.length === 0 ? [] : [1, ...refs]), Buffer.of(next), []);
          } else {
            const [transfer, state] = turn;
            const count = Math.min(pieces.next().value, state.total - state.sent);
            chunk(
              transfer,
              state.sent,
              Array.from({ length: count }, (_, at) => (transfer + state.sent + at) & 0xff),
            );
            state.sent += count;
          }
        }
        expect(delivered).toHaveLength(frames.length);
        for (const { head, body, attachments } of delivered) {
          expect(body).toEqual(Buffer.of(head[1]));
          const list = head.at(-1) as readonly [number, ...[number, number][]] | [];
          list.slice(1).forEach((ref, index) => {
            const [transfer, length] = ref as [number, number];
            expect([...(attachments[index] as Uint8Array)]).toEqual(
              Array.from({ length }, (_, at) => (transfer + at) & 0xff),
            );
          });
        }
        for (const target of ['pm', 'cam', 'stage']) {
          const ids = delivered
            .filter(({ head }) => (head as CallHead)[3] === target)
            .map(({ head }) => head[1]);
          expect(ids).toEqual([...ids].sort((a, b) => a - b));
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('a call waits for the attachments of an earlier one to its target only', () => {
  const { arrivals, ids, chunk } = rig();
  arrivals.take(call(1, 'cam', [0, [1, 4]]), EMPTY, []);
  arrivals.take(call(2, 'pm'), EMPTY, []);
  arrivals.take(call(3, 'cam'), EMPTY, []);
  expect(ids()).toEqual([2]);
  chunk(1, 0, [1, 2, 3, 4]);
  expect(ids()).toEqual([2, 1, 3]);
});

test('a held body is kept as it was when the frame came', () => {
  const { arrivals, delivered, chunk } = rig();
  const body = Buffer.from('whole');
  arrivals.take(call(1, 'cam', [5, [1, 1]]), body, []);
  const behind = Buffer.from('behind');
  arrivals.take(call(2, 'cam'), behind, []);
  body.fill(0);
  behind.fill(0);
  chunk(1, 0, [1]);
  expect(delivered.map((frame) => frame.body.toString())).toEqual(['whole', 'behind']);
});

test('a cancel does not overtake the call that it cancels', () => {
  const { arrivals, delivered, chunk } = rig();
  arrivals.take(call(1, 'cam', [0, [1, 4]]), EMPTY, []);
  arrivals.take(call(2, 'cam'), EMPTY, []);
  arrivals.take(cancel(2), EMPTY, []);
  arrivals.take(cancel(77), EMPTY, []);
  chunk(1, 0, [1, 2, 3, 4]);
  expect(delivered.map(({ head }) => [head[0], head[1]])).toEqual([
    [KIND.cancel, 77],
    [KIND.call, 1],
    [KIND.call, 2],
    [KIND.cancel, 2],
  ]);
});

test('an error does not wait: what is incomplete before it is dropped', () => {
  const { arrivals, delivered } = rig();
  arrivals.take(result(1, [0, [1, 900]]), EMPTY, []);
  arrivals.take(error(1), EMPTY, []);
  expect(delivered.map(({ head }) => head[0])).toEqual([KIND.error]);
  arrivals.take(result(2, [0, [2, 900]]), EMPTY, []); // what was dropped no longer counts
});

test('an aborted transfer drops its frame with all of its transfers, and lets pass what waited behind', () => {
  const { arrivals, delivered, chunk } = rig();
  arrivals.take(item(1, 0, [0, [1, 400], [2, 400]]), EMPTY, []);
  arrivals.take(item(1, 1), EMPTY, []);
  chunk(1, 0, [1, 2, 3]);
  arrivals.received(1, 0, true);
  expect(delivered.map(({ head }) => head[4])).toEqual([1]);
  arrivals.received(2, 0, true); // the sender gives up each of its transfers
  arrivals.take(item(1, 2, [0, [3, 900]]), EMPTY, []);
  expect(() => chunk(2, 0, [1])).toThrow(violation('PROTOCOL'));
});

test('memory for a transfer is taken when its first chunk comes', () => {
  const before = process.memoryUsage().arrayBuffers;
  const { arrivals } = rig({ ...LIMITS, arrivingBytes: 2 ** 40, heldFrames: 200 });
  for (let id = 1; id <= 100; id++) arrivals.take(call(id, 'cam', [0, [id, 2 ** 31]]), EMPTY, []);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
});

test('an attachment that the machine has no room for is TOO_LARGE', () => {
  const { arrivals, chunk } = rig({ ...LIMITS, arrivingBytes: 2 ** 53 });
  arrivals.take(call(1, 'cam', [0, [1, 2 ** 50]]), EMPTY, []);
  expect(() => chunk(1, 0, [1])).toThrow(violation('TOO_LARGE'));
});

test('a transfer number that was used before is not dropped with its first frame', () => {
  const { arrivals, ids, chunk } = rig();
  arrivals.take(call(1, 'cam', [0, [1, 1], [2, 1]]), EMPTY, []);
  chunk(1, 0, [1]);
  arrivals.take(call(2, 'pm', [0, [1, 1]]), EMPTY, []);
  arrivals.received(2, 0, true);
  chunk(1, 0, [1]);
  expect(ids()).toEqual([2]);
});

test('an error delivers what is complete in its track, in order, and drops the rest', () => {
  const { arrivals, delivered } = rig();
  arrivals.take(item(1, 0, [0, [1, 400]]), EMPTY, []);
  arrivals.take(item(1, 1), EMPTY, []);
  arrivals.take(item(1, 2, [0, [2, 400]]), EMPTY, []);
  arrivals.take(item(1, 3), EMPTY, []);
  arrivals.take(error(1), EMPTY, []);
  expect(delivered.map(({ head }) => [head[0], head[4]])).toEqual([
    [KIND.item, 1],
    [KIND.item, 3],
    [KIND.error, 'yes'],
  ]);
  arrivals.take(item(1, 4), EMPTY, []);
  expect(delivered).toHaveLength(4);
});

test.each<[string, (rig: Rig) => void]>([
  ['delivered', ({ chunk }) => chunk(1, 0, new Array<number>(1000).fill(1))],
  ['aborted', ({ arrivals }) => arrivals.received(1, 0, true)],
])('what was %s no longer counts', (_how, leave) => {
  const one = rig({ arrivingBytes: 1000, attachments: 4, heldBytes: 1000, heldFrames: 3 });
  for (let id = 1; id < 10; id += 2) {
    one.arrivals.take(call(id, 'cam', [600, 200, [1, 1000]]), Buffer.alloc(600), [new Uint8Array(200)]);
    one.arrivals.take(call(id + 1, 'cam'), Buffer.alloc(200), []);
    leave(one);
  }
  expect(one.ids()).toContain(10);
});

/** Lets due timers run: a test that is over its time fails here, however long it kept the thread. */
const breathe = (): Promise<void> => turns(2);

const MANY = 50_000;
const MUCH = { arrivingBytes: 1e9, attachments: 4, heldBytes: 1e9, heldFrames: 1e6 };

test.each([
  ['one track', () => 'cam'],
  ['a track each', (id: number) => `cam ${id}`],
])('the work of a cancel and of an abort does not grow with what is held, in %s', async (_where, target) => {
  const { arrivals, ids } = rig(MUCH);
  for (let id = 1; id <= MANY; id++) arrivals.take(call(id, target(id), [0, [id, 1]]), EMPTY, []);
  for (let id = MANY; id > 0; id--) arrivals.take(cancel(id), EMPTY, []);
  await breathe();
  expect(ids()).toEqual([]);
  for (let number = MANY; number > 0; number--) arrivals.received(number, 0, true);
  await breathe();
  expect(ids()).toHaveLength(MANY); // the cancels
});

test.each<[string, (rig: Rig) => void, number]>([
  ['a chunk', ({ chunk }) => chunk(1, 0, [1]), MANY + 1],
  ['an error', ({ arrivals }) => arrivals.take(error(1), EMPTY, []), MANY + 1],
  ['an abort', ({ arrivals }) => arrivals.received(1, 0, true), MANY],
])('the work of %s is that of what it releases', async (_what, act, count) => {
  const one = rig(MUCH);
  one.arrivals.take(item(1, 0, [0, [1, 1]]), EMPTY, []);
  for (let sequence = 1; sequence <= MANY; sequence++) one.arrivals.take(item(1, sequence), EMPTY, []);
  act(one);
  await breathe();
  expect(one.ids()).toHaveLength(count);
});

const violations: [string, string, (rig: Rig) => void][] = [
  [
    'an id that does not rise',
    'PROTOCOL',
    ({ arrivals }) => {
      arrivals.take(call(2, 'pm'), EMPTY, []);
      arrivals.take(call(2, 'pm'), EMPTY, []);
    },
  ],
  ['call 0', 'PROTOCOL', ({ arrivals }) => arrivals.take(call(0, 'pm'), EMPTY, [])],
  ['a chunk of nothing', 'PROTOCOL', ({ chunk }) => chunk(1, 0, [1])],
  [
    'a chunk that leaves a gap',
    'PROTOCOL',
    ({ arrivals, chunk }) => {
      arrivals.take(call(1, 'pm', [0, [1, 10]]), EMPTY, []);
      chunk(1, 0, [1]);
      chunk(1, 2, [1]);
    },
  ],
  [
    'a chunk beyond the end',
    'PROTOCOL',
    ({ arrivals, chunk }) => {
      arrivals.take(call(1, 'pm', [0, [1, 2]]), EMPTY, []);
      chunk(1, 0, [1, 2, 3]);
    },
  ],
  [
    'a transfer that is announced twice',
    'PROTOCOL',
    ({ arrivals }) => arrivals.take(call(1, 'pm', [0, [1, 2], [1, 2]]), EMPTY, []),
  ],
  ['an empty transfer', 'PROTOCOL', ({ arrivals }) => arrivals.take(call(1, 'pm', [0, [1, 0]]), EMPTY, [])],
  [
    'a segment without handoff',
    'PROTOCOL',
    ({ arrivals }) => arrivals.take(call(1, 'pm', [0, [1, 1, 0, 10]]), EMPTY, []),
  ],
  [
    'more bytes announced than the limit',
    'TOO_LARGE',
    ({ arrivals }) => {
      arrivals.take(call(1, 'pm', [0, [1, 600]]), EMPTY, []);
      arrivals.take(call(2, 'cam', [0, [2, 401]]), EMPTY, []);
    },
  ],
  [
    'more bytes announced than the limit, though some came: their frame waits behind another',
    'TOO_LARGE',
    ({ arrivals, chunk }) => {
      arrivals.take(call(1, 'pm', [0, [1, 1]]), EMPTY, []);
      arrivals.take(call(2, 'pm', [0, [2, 600]]), EMPTY, []);
      chunk(2, 0, new Array<number>(600).fill(1));
      arrivals.take(call(3, 'pm', [0, [3, 400]]), EMPTY, []);
    },
  ],
  [
    'more bytes than the limit in bodies that wait',
    'TOO_LARGE',
    ({ arrivals }) => {
      arrivals.take(call(1, 'pm', [500, [1, 1]]), Buffer.alloc(500), []);
      arrivals.take(call(2, 'pm'), Buffer.alloc(500), []);
      arrivals.take(call(3, 'pm'), Buffer.alloc(1), []);
    },
  ],
  [
    'more bytes than the limit in inline attachments that wait',
    'TOO_LARGE',
    ({ arrivals }) => {
      arrivals.take(call(1, 'pm', [0, 500, [1, 1]]), EMPTY, [new Uint8Array(500)]);
      arrivals.take(call(2, 'pm', [0, 501]), EMPTY, [new Uint8Array(501)]);
    },
  ],
  [
    'more frames that wait than the limit',
    'TOO_LARGE',
    ({ arrivals }) => {
      arrivals.take(call(1, 'pm', [0, [1, 1]]), EMPTY, []);
      for (let id = 2; id <= 100; id++) arrivals.take(call(id, 'pm'), EMPTY, []);
    },
  ],
  [
    'more transfers than the limit',
    'TOO_LARGE',
    ({ arrivals }) => {
      for (let id = 1; id <= 51; id++) arrivals.take(call(id, `${id}`, [0, [id, 1]]), EMPTY, []);
    },
  ],
  [
    'more cancels of a call that waits than the limit',
    'TOO_LARGE',
    ({ arrivals }) => {
      arrivals.take(call(1, 'pm', [0, [1, 1]]), EMPTY, []);
      for (let count = 0; count < 99; count++) arrivals.take(cancel(1), EMPTY, []);
    },
  ],
  [
    'more attachments than the limit, inline',
    'TOO_LARGE',
    ({ arrivals }) => {
      const inline = Array.from({ length: 5 }, () => new Uint8Array(1));
      arrivals.take(call(1, 'pm', [0, 1, 1, 1, 1, 1]), EMPTY, inline);
    },
  ],
  [
    'more attachments than the limit, in chunks',
    'TOO_LARGE',
    ({ arrivals }) => arrivals.take(call(1, 'pm', [0, [1, 1], [2, 1], [3, 1], [4, 1], [5, 1]]), EMPTY, []),
  ],
];

test.each(violations)('%s is %s', (_name, code, act) => {
  expect(() => act(rig())).toThrow(violation(code));
});
