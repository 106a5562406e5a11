import { SameboxError } from '../../../src/errors';
import { SegmentBudget } from '../../../src/segments/segment-budget';
import type { SegmentPool } from '../../../src/segments/segment-pool';
import { IDLE_MS, type Segment } from '../../../src/segments/segment-pool';
import { fakePool } from '../../support/fake-segments';

const KiB = 1024;
const NO_SPACE = expect.objectContaining({ code: 'NO_SPACE', constructor: SameboxError }) as Error;

/** Takes, and fails the test where nothing can be had. */
function take(pool: SegmentPool, bytes: number): Segment {
  const segment = pool.take(bytes);
  if (segment === undefined) throw new Error(`no segment of ${bytes} bytes`);
  return segment;
}

test('a segment is used again when nobody holds it any more, in a generation that has risen', () => {
  const { pool, maker } = fakePool();
  const segment = take(pool, 1000);
  expect([segment.bytes, segment.generation, segment.memory.generation]).toEqual([64 * KiB, 1, 1]);
  pool.hold(segment);
  pool.letGo(segment);
  const other = take(pool, 1000);
  expect(other).not.toBe(segment);
  pool.letGo(segment);
  expect(take(pool, 1000)).toBe(segment);
  expect([segment.generation, segment.memory.generation, maker.made.length]).toEqual([2, 2, 2]);
});

test('the free segment that fits best is taken, of several such the one used last', () => {
  const { pool, maker } = fakePool();
  const [large, small, first, second] = [160, 128, 112, 112].map((size) => take(pool, size * KiB));
  for (const segment of [first, large, second, small]) pool.letGo(segment as Segment);
  expect(take(pool, 100 * KiB)).toBe(second);
  expect(take(pool, 100 * KiB)).toBe(first);
  expect(take(pool, 100 * KiB)).toBe(small);
  expect(take(pool, 100 * KiB)).toBe(large);
  expect(maker.made).toHaveLength(4);
});

test('a free segment is not wasted on what fills less than half of it', () => {
  const { pool } = fakePool();
  const large = take(pool, 1024 * KiB);
  pool.letGo(large);
  expect(take(pool, 500 * KiB)).not.toBe(large);
  expect(take(pool, 512 * KiB)).toBe(large);
});

test('status counts all bytes, and those that are free', () => {
  const { pool } = fakePool();
  const segment = take(pool, 100 * KiB);
  take(pool, 1);
  expect(pool.status).toEqual({ segments: 2, mapped: 176 * KiB, free: 0 });
  pool.letGo(segment);
  expect(pool.status).toEqual({ segments: 2, mapped: 176 * KiB, free: 112 * KiB });
});

test('a retired segment is never used again: it goes at once if it is free, else with its last hold', () => {
  const { pool, maker, budget } = fakePool();
  const [free, held] = [take(pool, 1), take(pool, 1)];
  const removed: Segment[] = [];
  pool.onRemoved((segment) => removed.push(segment));
  pool.letGo(free);
  pool.retire(free);
  expect(removed).toEqual([free]);
  pool.hold(held);
  pool.retire(held);
  pool.letGo(held);
  expect(removed).toEqual([free]);
  pool.letGo(held);
  expect(removed).toEqual([free, held]);
  pool.retire(held);
  expect(removed).toHaveLength(2);
  expect([maker.present, budget.taken, budget.count]).toEqual([[], 0, 0]);
  expect(take(pool, 1)).not.toBe(free);
});

test('watchers hear of a removal before its memory is gone, until they no longer listen', () => {
  const { pool } = fakePool();
  const heard: boolean[] = [];
  const unwatch = pool.onRemoved((segment) => heard.push(segment.whole.length === 64 * KiB));
  for (let round = 0; round < 2; round++) {
    const segment = take(pool, 1);
    pool.retire(segment);
    pool.letGo(segment);
    unwatch();
  }
  expect(heard).toEqual([true]);
});

test('what was idle for long is removed; what was used meanwhile stays', () => {
  const { pool, maker, time } = fakePool();
  const [one, other] = [take(pool, 1), take(pool, 1)];
  pool.letGo(one);
  time.pass(IDLE_MS / 2);
  pool.letGo(other);
  expect(time.waiting).toBe(1);
  time.pass(IDLE_MS / 2);
  expect(maker.present).toHaveLength(1);
  pool.letGo(take(pool, 1));
  time.pass(IDLE_MS / 2);
  expect(maker.present).toHaveLength(1);
  time.pass(IDLE_MS / 2);
  expect(maker.present).toEqual([]);
  expect(time.waiting).toBe(0);
  pool.letGo(take(pool, 1));
  expect(time.waiting).toBe(1);
});

test('a held segment is never trimmed', () => {
  const { pool, maker, time } = fakePool();
  const held = take(pool, 1);
  pool.letGo(take(pool, 1));
  time.pass(10 * IDLE_MS);
  expect(maker.present).toEqual([held.memory]);
  expect(pool.trim()).toBe(Infinity);
});

test('a session has a limit of bytes: free segments make room, the one that was idle longest first', () => {
  const { pool, maker } = fakePool({ limits: { segmentBytes: 192 * KiB, segments: 100 } });
  const [one, other, third] = [take(pool, 1), take(pool, 1), take(pool, 1)];
  expect(pool.take(1)).toBeUndefined();
  expect(pool.refusal).toEqual(NO_SPACE);
  pool.letGo(other);
  pool.letGo(one);
  const large = take(pool, 128 * KiB);
  expect(maker.present).toEqual([third.memory, large.memory]);
  expect(pool.refusal).toBeUndefined();
  expect(pool.take(193 * KiB)).toBeUndefined();
  expect(maker.present).toHaveLength(2);
});

test('nothing is thrown away for what would not fit in any case', () => {
  const { pool, maker } = fakePool({ limits: { segmentBytes: 192 * KiB, segments: 100 } });
  pool.letGo(take(pool, 1));
  expect(pool.take(200 * KiB)).toBeUndefined();
  expect(maker.present).toHaveLength(1);
});

test('a session has a limit of segments', () => {
  const { pool, maker } = fakePool({ limits: { segmentBytes: Infinity, segments: 2 } });
  const one = take(pool, 1);
  take(pool, 1);
  expect(pool.take(100 * KiB)).toBeUndefined();
  pool.letGo(one);
  expect(take(pool, 100 * KiB).bytes).toBe(112 * KiB);
  expect(maker.present).toHaveLength(2);
});

test('all sessions together have a limit: what one gives up, the other can have', () => {
  const budget = new SegmentBudget(128 * KiB, 10);
  const [one, other] = [fakePool({ budget }), fakePool({ budget })];
  const [first] = [take(one.pool, 1), take(one.pool, 1)];
  expect(other.pool.take(1)).toBeUndefined();
  expect(other.pool.refusal).toEqual(NO_SPACE);
  one.pool.retire(first);
  one.pool.letGo(first);
  expect(take(other.pool, 1).bytes).toBe(64 * KiB);
  expect([budget.taken, budget.count]).toEqual([128 * KiB, 2]);
});

describe('a maker that must reserve space first', () => {
  test('takes nothing at once, but has something for the next who asks', async () => {
    const { pool, maker } = fakePool();
    maker.slow = true;
    expect(pool.take(1)).toBeUndefined();
    await maker.settle();
    expect(pool.status).toMatchObject({ segments: 1, free: 64 * KiB });
    expect(take(pool, 1).generation).toBe(1);
    expect(maker.made).toHaveLength(1);
  });

  test('keeps those who wait for it, and each gets a segment of its own', async () => {
    const { pool, maker } = fakePool();
    maker.slow = true;
    const waiting = [pool.takeSoon(1), pool.takeSoon(1)];
    await maker.settle();
    const [one, other] = await Promise.all(waiting);
    expect([one?.holds, other?.holds, one === other]).toEqual([1, 1, false]);
  });

  test('counts what is being made toward all limits', async () => {
    const budget = new SegmentBudget(1024 * KiB, 10);
    const { pool, maker } = fakePool({ budget, limits: { segmentBytes: 192 * KiB, segments: 2 } });
    maker.slow = true;
    const waiting = [pool.takeSoon(64 * KiB), pool.takeSoon(128 * KiB)];
    expect(await pool.takeSoon(1)).toBeUndefined();
    expect([budget.taken, budget.count]).toEqual([192 * KiB, 2]);
    await maker.settle();
    expect((await Promise.all(waiting)).map((segment) => segment?.bytes)).toEqual([64 * KiB, 128 * KiB]);
  });

  test('leaves nothing behind if the pool is closed meanwhile', async () => {
    const { pool, maker, budget } = fakePool();
    maker.slow = true;
    pool.take(1);
    const soon = pool.takeSoon(1);
    pool.close();
    await maker.settle();
    const segment = await soon;
    if (segment !== undefined) pool.letGo(segment);
    expect([maker.present, budget.taken]).toEqual([[], 0]);
  });

  test('gives back what it can not make, and says why', async () => {
    const { pool, maker, budget } = fakePool();
    maker.slow = true;
    maker.failure = new SameboxError('NO_SPACE', 'full');
    const soon = pool.takeSoon(1);
    expect(pool.take(1)).toBeUndefined();
    await maker.settle();
    expect(await soon).toBeUndefined();
    expect(pool.refusal).toBe(maker.failure);
    expect([budget.taken, budget.count, pool.status.mapped]).toEqual([0, 0, 0]);
  });
});

test('a maker that fails leaves no trace but the reason, until it works again', () => {
  const { pool, maker, budget } = fakePool();
  maker.failure = new Error('EMFILE');
  expect(pool.take(1)).toBeUndefined();
  expect(pool.refusal).toMatchObject({ message: 'EMFILE' });
  expect([budget.taken, budget.count, pool.status.mapped]).toEqual([0, 0, 0]);
  maker.failure = undefined;
  expect(take(pool, 1).holds).toBe(1);
  expect(pool.refusal).toBeUndefined();
});

test('a pool that is closed gives nothing, and removes what is held when it is let go', () => {
  const { pool, maker, budget } = fakePool();
  const [held, free] = [take(pool, 1), take(pool, 1)];
  pool.letGo(free);
  pool.close();
  expect(maker.present).toEqual([held.memory]);
  expect(pool.take(1)).toBeUndefined();
  pool.close();
  expect(maker.present).toEqual([held.memory]);
  pool.letGo(held);
  expect([maker.present, budget.taken]).toEqual([[], 0]);
});

test('segments of a published pool are made for several readers', () => {
  const published = fakePool({ published: true });
  take(published.pool, 1);
  expect([published.pool.published, published.maker.made[0]?.published]).toEqual([true, true]);
  const own = fakePool();
  take(own.pool, 1);
  expect([own.pool.published, own.maker.made[0]?.published]).toEqual([false, false]);
});
