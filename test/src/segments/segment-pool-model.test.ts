import fc from 'fast-check';
import { SameboxError } from '../../../src/errors';
import { SegmentBudget } from '../../../src/segments/segment-budget';
import { IDLE_MS, SegmentPool, type Segment } from '../../../src/segments/segment-pool';
import { FakeMaker, FakeTime } from '../../support/fake-segments';
import '../../support/values';

const KiB = 1024;
const LIMITS = { segmentBytes: 1024 * KiB, segments: 6 };
const BUDGET = { bytes: 1280 * KiB, segments: 8 };

const which = fc.record({ pool: fc.nat(1), at: fc.nat(7) });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 400 * KiB }), pool: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ takeSoon: fc.integer({ min: 1, max: 400 * KiB }), pool: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ hold: which }) },
  { weight: 6, arbitrary: fc.record({ letGo: which }) },
  fc.record({ retire: which }),
  fc.record({ pass: fc.integer({ min: 1, max: 2 * IDLE_MS }) }),
  fc.record({ slow: fc.boolean() }),
  fc.record({ fails: fc.boolean() }),
  fc.constant('settle' as const),
  { weight: 1, arbitrary: fc.record({ close: fc.nat(1) }) },
);

/** Two pools with one budget, and what a simple model says of them: who holds what how often. */
class Model {
  readonly maker = new FakeMaker();
  readonly time = new FakeTime();
  readonly budget = new SegmentBudget(BUDGET.bytes, BUDGET.segments);
  readonly pools = [0, 1].map(
    () =>
      new SegmentPool({
        maker: this.maker,
        budget: this.budget,
        limits: LIMITS,
        clock: this.time,
        later: this.time.later,
      }),
  );
  private readonly holds = [new Map<Segment, number>(), new Map<Segment, number>()];
  private readonly generations = new Map<Segment, number>();
  private readonly retired = new Set<Segment>();
  private readonly removed = new Set<Segment>();
  private readonly closed = [false, false];
  private readonly soon: Promise<void>[] = [];

  constructor() {
    this.pools.forEach((pool, index) =>
      pool.onRemoved((segment) => {
        expect(this.holds[index]?.has(segment)).toBe(false);
        expect(this.removed.has(segment)).toBe(false);
        this.removed.add(segment);
      }),
    );
  }

  taken(index: number, segment: Segment | undefined, bytes: number, soon: boolean): void {
    if (segment === undefined) return;
    expect(this.closed[index] && !soon).toBe(false);
    for (const holds of this.holds) expect(holds.has(segment)).toBe(false);
    expect([
      this.retired.has(segment),
      this.removed.has(segment),
      segment.views.memory.bytes >= bytes,
    ]).toEqual([false, false, true]);
    expect(segment.generation).toBeGreaterThan(this.generations.get(segment) ?? 0);
    expect(segment.memory.generation).toBe(segment.generation);
    this.generations.set(segment, segment.generation);
    this.holds[index]?.set(segment, 1);
  }

  take(index: number, bytes: number): void {
    this.taken(index, this.pools[index]?.take(bytes), bytes, false);
  }

  takeSoon(index: number, bytes: number): void {
    const taking = this.pools[index] as SegmentPool;
    this.soon.push(taking.takeSoon(bytes).then((segment) => this.taken(index, segment, bytes, true)));
  }

  hold({ pool, at }: { pool: number; at: number }): void {
    const [segment, count] = [...(this.holds[pool] ?? [])][at] ?? [];
    if (segment === undefined || count === undefined) return;
    this.pools[pool]?.hold(segment);
    this.holds[pool]?.set(segment, count + 1);
  }

  letGo({ pool, at }: { pool: number; at: number }): void {
    const [segment, count] = [...(this.holds[pool] ?? [])][at] ?? [];
    if (segment === undefined || count === undefined) return;
    if (count > 1) this.holds[pool]?.set(segment, count - 1);
    else this.holds[pool]?.delete(segment);
    this.pools[pool]?.letGo(segment);
    if (count === 1 && (this.retired.has(segment) || this.closed[pool] === true))
      expect(this.removed.has(segment)).toBe(true);
  }

  retire({ pool, at }: { pool: number; at: number }): void {
    const [segment] = [...(this.holds[pool] ?? [])][at] ?? [];
    if (segment === undefined) return;
    this.retired.add(segment);
    this.pools[pool]?.retire(segment);
  }

  close(index: number): void {
    this.closed[index] = true;
    this.pools[index]?.close();
  }

  check(): void {
    for (const pool of this.pools) {
      const { segments, mapped } = pool.status;
      expect(segments).toBeLessThanOrEqual(LIMITS.segments);
      expect(mapped).toBeLessThanOrEqual(LIMITS.segmentBytes);
    }
    expect(this.budget.taken).toBeLessThanOrEqual(BUDGET.bytes);
    expect(this.budget.count).toBeLessThanOrEqual(BUDGET.segments);
    const mapped = this.pools.reduce((sum, pool) => sum + pool.status.mapped, 0);
    expect(this.budget.taken).toBe(mapped);
    for (const holds of this.holds)
      for (const segment of holds.keys()) expect(segment.memory.view(0, 1).byteLength).toBe(1);
  }

  async settle(): Promise<void> {
    await this.maker.settle();
  }

  /** All is let go: nothing may be left. */
  async end(): Promise<void> {
    await this.settle();
    await Promise.all(this.soon);
    for (const index of [0, 1]) {
      this.close(index);
      while ((this.holds[index]?.size ?? 0) > 0) this.letGo({ pool: index, at: 0 });
    }
    expect(this.maker.present).toEqual([]);
    expect([this.budget.taken, this.budget.count]).toEqual([0, 0]);
  }
}

test('a pool never hands out what is held or retired, keeps its limits, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const model = new Model();
      const failure = new SameboxError('NO_SPACE', 'full');
      for (const one of steps) {
        if (one === 'settle') await model.settle();
        else if ('take' in one) model.take(one.pool, one.take);
        else if ('takeSoon' in one) model.takeSoon(one.pool, one.takeSoon);
        else if ('hold' in one) model.hold(one.hold);
        else if ('letGo' in one) model.letGo(one.letGo);
        else if ('retire' in one) model.retire(one.retire);
        else if ('pass' in one) model.time.pass(one.pass);
        else if ('slow' in one) model.maker.slow = one.slow;
        else if ('fails' in one) model.maker.failure = one.fails ? failure : undefined;
        else model.close(one.close);
        model.check();
      }
      await model.end();
    }),
    { numRuns: 300 },
  );
});
