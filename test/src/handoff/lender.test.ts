import { FLAG, KIND, type SegmentRef } from '../../../src/frames';
import { Lender } from '../../../src/handoff/lender';
import { SameboxError } from '../../../src/errors';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { SLICE_BYTES } from '../../../src/segments/copies';
import { LocalArray } from '../../../src/segments/local-array';
import { AT_ONCE_BYTES, type Segment, type SegmentPool } from '../../../src/segments/segment-pool';
import { fakePool, type FakePool } from '../../support/fake-segments';
import { some } from './support/lending';

const PROTOCOL = expect.objectContaining({ code: 'PROTOCOL', constructor: SameboxError }) as Error;

interface Rig extends FakePool {
  readonly lender: Lender;
  readonly sent: unknown[];
}

function rig(more: { pool?: FakePool; limits?: { segmentBytes: number; segments: number } } = {}): Rig {
  const pool = more.pool ?? fakePool();
  const sent: unknown[] = [];
  const lender = new Lender({
    pool: pool.pool,
    peerLimits: () => more.limits ?? DEFAULT_LIMITS,
    send: (head) => sent.push(head),
  });
  lender.refusal = undefined;
  return { ...pool, lender, sent };
}

function local(pool: SegmentPool, bytes: number): { array: LocalArray; view: Uint8Array; segment: Segment } {
  const array = LocalArray.take(pool, bytes);
  if (array === undefined) throw new Error('no memory');
  return { array, view: new Uint8Array(array.buffer), segment: array.segment };
}

const release = ([id, generation]: SegmentRef): readonly [12, number, number, number] => [
  KIND.release,
  id,
  FLAG.yours,
  generation,
];

/** Where it was placed later. */
async function placed(lender: Lender, bytes: Uint8Array): Promise<SegmentRef | undefined> {
  return new Promise((resolve) => lender.placeLater(bytes, resolve));
}

test('nothing is lent before the other side has proved that it can read it', async () => {
  const { lender, pool } = rig();
  lender.refusal = 'not agreed';
  const { view } = local(pool, 5000);
  expect([lender.agreed, lender.refer(view), lender.place(new Uint8Array(5000))]).toEqual([
    false,
    undefined,
    undefined,
  ]);
  expect(lender.status()).toMatchObject({ way: 'inline', reason: 'not agreed' });
});

test('an array in a segment is referred to where it lies, and its segment granted once', () => {
  const { lender, pool, sent } = rig();
  const { view, segment } = local(pool, 5000);
  expect(lender.refer(view)).toEqual([segment.id, 1, 0, 5000]);
  expect(lender.refer(view.subarray(100, 300))).toEqual([segment.id, 1, 100, 200]);
  expect(sent).toEqual([[KIND.grant, segment.id, 0, 65536, segment.memory.grant]]);
  expect(segment.holds).toBe(3);
});

test('memory of the process, and segments of another session, are not referred to', () => {
  const { lender } = rig();
  const other = fakePool();
  expect(lender.refer(new Uint8Array(5000))).toBeUndefined();
  expect(lender.refer(local(other.pool, 5000).view)).toBeUndefined();
});

test('a published segment is referred to by every session, and granted as such', () => {
  const published = fakePool({ published: true });
  const { view, segment } = local(published.pool, 5000);
  const rigs = [rig(), rig()];
  for (const { lender, sent } of rigs) {
    expect(lender.refer(view)).toEqual([segment.id, 1, 0, 5000]);
    expect(sent).toEqual([[KIND.grant, segment.id, FLAG.published, 65536, segment.memory.grant]]);
  }
  expect(segment.holds).toBe(3);
});

test('a payload is copied at once only if it is small, and holds its segment until it is given back', () => {
  const { lender, pool } = rig();
  expect(lender.place(new Uint8Array(AT_ONCE_BYTES + 1))).toBeUndefined();
  const ref = some(lender.place(new Uint8Array(100_000)));
  expect(pool.status).toMatchObject({ segments: 1, free: 0 });
  lender.commit();
  lender.onRelease(release(ref));
  expect(pool.status.free).toBe(pool.status.mapped);
  const [id, generation] = some(lender.place(new Uint8Array(100_000)));
  expect([id, generation]).toEqual([ref[0], 2]);
});

test('where no segment can be had, nothing is placed and nothing is left behind', async () => {
  const { lender, maker, budget, sent } = rig();
  maker.failure = new SameboxError('NO_SPACE', 'full');
  expect(lender.place(new Uint8Array(100))).toBeUndefined();
  expect(await placed(lender, new Uint8Array(100))).toBeUndefined();
  expect([budget.taken, sent]).toEqual([0, []]);
  expect(lender.status()).toMatchObject({ way: 'memfd', reason: 'full' });
});

test('a session that makes no segments sends all through the socket', async () => {
  const lender = new Lender({ pool: undefined, peerLimits: () => DEFAULT_LIMITS, send: () => undefined });
  lender.refusal = undefined;
  expect(lender.place(new Uint8Array(100))).toBeUndefined();
  expect(await placed(lender, new Uint8Array(100))).toBeUndefined();
  expect(lender.status()).toEqual({ way: 'inline', segments: 0, mapped: 0, granted: 0, free: 0 });
});

test('a frame that was not written leaves no reference, and its segments stay granted', () => {
  const { lender, pool, sent } = rig();
  const { view, segment } = local(pool, 5000);
  lender.refer(view);
  lender.refer(view);
  const [id] = some(lender.place(new Uint8Array(5000)));
  lender.undo();
  expect(segment.holds).toBe(1);
  expect(pool.status.free).toBe(65536);
  expect(() => lender.onRelease([KIND.release, id, FLAG.yours, 1])).toThrow(PROTOCOL);
  expect(sent).toHaveLength(2);
  lender.refer(view);
  lender.commit();
  lender.undo();
  expect([segment.holds, sent.length]).toEqual([2, 2]);
});

test('what is not out can not be given back', () => {
  const { lender, pool } = rig();
  const { view, segment } = local(pool, 5000);
  const ref = some(lender.refer(view));
  lender.commit();
  const [id] = ref;
  for (const [which, generation] of [
    [id + 1000, 1],
    [id, 0],
    [id, 2],
  ] as const)
    expect(() => lender.onRelease([KIND.release, which, FLAG.yours, generation])).toThrow(PROTOCOL);
  lender.onRelease(release(ref));
  expect(() => lender.onRelease(release(ref))).toThrow(PROTOCOL);
  expect(segment.holds).toBe(1);
});

test('a segment that is removed is withdrawn, and no longer counts toward the limits of the other side', () => {
  const { lender, pool, sent } = rig({ limits: { segmentBytes: 65536, segments: 1 } });
  const first = local(pool, 5000);
  const ref = some(lender.refer(first.view));
  lender.commit();
  const second = local(pool, 5000);
  expect(lender.refer(second.view)).toBeUndefined();
  lender.onRelease(release(ref));
  pool.retire(first.segment);
  first.array.release();
  expect(sent.slice(1)).toEqual([[KIND.release, first.segment.id, 0, 0]]);
  expect(() => lender.onRelease(release(ref))).toThrow(PROTOCOL);
  expect(lender.refer(second.view)).toEqual([second.segment.id, 1, 0, 5000]);
});

test('the limits of the other side hold for bytes and for segments: what is over them is not placed', async () => {
  const { lender, pool, sent } = rig({ limits: { segmentBytes: 131_072, segments: 9 } });
  expect(lender.place(new Uint8Array(200_000))).toBeUndefined();
  expect(await placed(lender, new Uint8Array(200_000))).toBeUndefined();
  expect([sent, pool.status.free]).toEqual([[], pool.status.mapped]);
  lender.place(new Uint8Array(5000));
  lender.place(new Uint8Array(5000));
  expect(lender.place(new Uint8Array(5000))).toBeUndefined();
  expect(sent).toHaveLength(2);
});

test('a connection that is lost retires what was out, and leaves the rest to the next connection', () => {
  const pool = fakePool();
  const { lender, sent } = rig({ pool });
  const [out, back] = [local(pool.pool, 5000), local(pool.pool, 5000)];
  lender.refer(out.view);
  const ref = some(lender.refer(back.view));
  lender.commit();
  lender.onRelease(release(ref));
  lender.end();
  expect([out.segment.retired, back.segment.retired]).toEqual([true, false]);
  out.array.release();
  back.array.release();
  expect(pool.pool.status).toMatchObject({ segments: 1, free: 65536 });
  expect(sent).toHaveLength(2); // Nobody is there to hear of a withdrawal.
  const next = rig({ pool });
  expect(some(next.lender.place(new Uint8Array(10)))[0]).toBe(back.segment.id);
  expect(next.sent).toHaveLength(1);
});

test('placing later takes turns of the event loop, and refers to all of it', async () => {
  const { lender, pool } = rig();
  const bytes = new Uint8Array(3 * SLICE_BYTES + 1);
  let turns = 0;
  let over = false;
  const count = (): void => {
    turns++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const ref = some(await placed(lender, bytes));
  over = true;
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(ref.slice(1)).toEqual([1, 0, bytes.length]);
  expect(pool.status.free).toBe(0);
  lender.withdrawReference(ref);
  expect(pool.status.free).toBe(pool.status.mapped);
});

test.each<[string, (cancel: () => void) => Promise<void>]>([
  ['at once', async (cancel) => cancel()],
  [
    'while it is copied',
    async (cancel) => {
      await new Promise((resolve) => setImmediate(resolve));
      cancel();
    },
  ],
  [
    'twice',
    async (cancel) => {
      await new Promise((resolve) => setImmediate(resolve));
      cancel();
      cancel();
    },
  ],
])('placing that is cancelled %s never ends, and lets its segment go', async (_when, act) => {
  const { lender, pool, sent } = rig();
  const ended: unknown[] = [];
  const copying = lender.placeLater(new Uint8Array(3 * SLICE_BYTES), (ref) => ended.push(ref));
  await act(() => copying.cancel());
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect([ended, sent, pool.status.segments]).toEqual([[], [], 1]);
  expect(pool.status.free).toBe(pool.status.mapped);
});

test('placing that is cancelled when it has ended leaves its reference alone', async () => {
  const { lender, pool } = rig();
  const [copying, ref] = await new Promise<[{ cancel(): void }, SegmentRef | undefined]>((resolve) => {
    const begun = lender.placeLater(new Uint8Array(10), (where) => resolve([begun, where]));
  });
  copying.cancel();
  expect(pool.status.free).toBe(0);
  lender.onRelease(release(some(ref)));
  expect(pool.status.free).toBe(pool.status.mapped);
});

test('a source whose memory is taken away meanwhile is not placed', async () => {
  const { lender, pool, sent } = rig();
  const { buffer } = new Uint8Array(3 * SLICE_BYTES);
  const where = placed(lender, new Uint8Array(buffer));
  await new Promise((resolve) => setImmediate(resolve));
  structuredClone(buffer, { transfer: [buffer] });
  expect(await where).toBeUndefined();
  expect([sent, pool.status.free]).toEqual([[], pool.status.mapped]);
});

test('status tells what is out of all that is mapped', () => {
  const { lender, pool } = rig();
  const { view } = local(pool, 100_000);
  const idle = local(pool, 10);
  lender.refer(view);
  idle.array.release();
  expect(lender.status()).toEqual({
    way: 'memfd',
    segments: 2,
    mapped: 65536 + 114_688,
    granted: 114_688,
    free: 65536,
  });
});
