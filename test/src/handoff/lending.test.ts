import fc from 'fast-check';
import type { SegmentRef } from '../../../src/frames';
import { LocalArray } from '../../../src/segments/local-array';
import { IDLE_MS, type SegmentPool } from '../../../src/segments/segment-pool';
import { keep, release } from '../../../src/values/ownership';
import { expectAllRemoved, pattern, realPool, same } from '../../support/real-segments';
import { deliver, lending, some, type Delivered, type Lending } from './support/lending';
import '../../support/values';

const KiB = 1024;

test('an array goes back and forth through one segment, and nothing is copied', () => {
  const { pool } = realPool();
  const one = lending({ pool });
  for (let round = 1; round <= 20; round++) {
    const array = LocalArray.take(pool, 100_000) as LocalArray;
    const view = new Uint8Array(array.buffer);
    view.set(pattern(view.length, round));
    const ref = some(one.lender.refer(view));
    one.lender.commit();
    expect(ref[1]).toBe(round);
    one.settle();
    const { bytes, loan } = deliver(one.borrower, ref);
    expect(same(bytes, pattern(bytes.length, round))).toBe(true);
    view[0] = 255 - round;
    expect(bytes[0]).toBe(255 - round);
    array.release();
    loan.end();
    one.settle();
  }
  expect([one.sent.out.length, pool.status.segments]).toEqual([1, 1]);
  one.lose();
  expectAllRemoved({ pool });
});

test('a part of an array is sent under the generation of the whole, as often as one likes', () => {
  const { pool } = realPool();
  const one = lending({ pool });
  const array = LocalArray.take(pool, 10_000) as LocalArray;
  const view = new Uint8Array(array.buffer);
  view.set(pattern(view.length, 1));
  const refs = [view.subarray(5000), view.subarray(5000), view.subarray(1, 9999)].map((part) =>
    some(one.lender.refer(part)),
  );
  one.settle();
  const came = refs.map((ref) => deliver(one.borrower, ref));
  came.forEach(({ bytes }, index) =>
    expect(same(bytes, view.subarray(index < 2 ? 5000 : 1, index < 2 ? 10_000 : 9999))).toBe(true),
  );
  array.release();
  for (const { loan } of came) loan.end();
  one.settle();
  expect(pool.status.free).toBe(pool.status.mapped);
  one.lose();
  expectAllRemoved({ pool });
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ alloc: fc.integer({ min: 1, max: 100 * KiB }) }) },
  { weight: 3, arbitrary: fc.record({ place: fc.integer({ min: 1, max: 100 * KiB }) }) },
  { weight: 1, arbitrary: fc.record({ placeLater: fc.integer({ min: 1, max: 300 * KiB }) }) },
  { weight: 4, arbitrary: fc.record({ send: fc.nat(7), at: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ fail: fc.nat(7) }) },
  { weight: 5, arbitrary: fc.constant('arrive' as const) },
  { weight: 5, arbitrary: fc.record({ endLoan: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ keep: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ release: fc.nat(7) }) },
  { weight: 4, arbitrary: fc.record({ forget: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.constant('settle' as const) },
  { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 2 * IDLE_MS }) }) },
  { weight: 1, arbitrary: fc.constant('lose' as const) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Sent {
  readonly ref: SegmentRef;
  readonly bytes: Uint8Array;
}

/** A sender and a reader that do anything they may do, over one pool that outlives their connections. */
class World {
  readonly house = realPool({ limits: { segmentBytes: 512 * KiB, segments: 5 } });
  private readonly pool: SegmentPool = this.house.pool;
  private connection: Lending = lending({ pool: this.pool });
  private seed = 0;
  private readonly arrays: { array: LocalArray; view: Uint8Array }[] = [];
  /** Frames that were sent on this connection and haven't arrived. */
  private onTheirWay: Sent[] = [];
  /** What has arrived and was not given back: of any connection. */
  private readonly here: (Delivered & { readonly was: Uint8Array; kept: boolean })[] = [];
  delivered = 0;

  async take(one: Step): Promise<void> {
    if (one === 'arrive') this.arrive();
    else if (one === 'settle') this.connection.settle();
    else if (one === 'lose') this.lose();
    else if ('alloc' in one) this.alloc(one.alloc);
    else if ('place' in one) this.place(one.place);
    else if ('placeLater' in one) await this.placeLater(one.placeLater);
    else if ('send' in one) this.send(one.send, one.at);
    else if ('fail' in one) this.fail(one.fail);
    else if ('endLoan' in one) this.endLoan(one.endLoan);
    else if ('keep' in one) this.keep(one.keep);
    else if ('release' in one) this.release(one.release);
    else if ('forget' in one) this.arrays.splice(one.forget, 1).forEach(({ array }) => array.release());
    else this.house.time.pass(one.pass);
    await Promise.resolve();
    this.check();
  }

  /** No range is reused, nor unmapped, while an ArrayBuffer over it lives. */
  private check(): void {
    for (const { bytes, was } of this.here) expect(same(bytes, was)).toBe(true);
  }

  async end(): Promise<void> {
    while (this.onTheirWay.length > 0) this.arrive();
    for (const { bytes } of this.here.splice(0)) release(bytes);
    for (const { array } of this.arrays.splice(0)) array.release();
    this.connection.settle();
    expect(this.pool.status.free).toBe(this.pool.status.mapped);
    this.lose();
    expectAllRemoved({ pool: this.pool });
    expect([this.house.budget.taken, this.house.budget.count]).toEqual([0, 0]);
  }

  private alloc(bytes: number): void {
    const array = LocalArray.take(this.pool, bytes);
    if (array === undefined) return;
    const view = new Uint8Array(array.buffer);
    view.set(pattern(bytes, ++this.seed));
    this.arrays.push({ array, view });
  }

  private send(which: number, at: number): void {
    const { view } = this.arrays[which] ?? {};
    if (view === undefined) return;
    const part = view.subarray(Math.floor(at * (view.length - 1)));
    const ref = this.connection.lender.refer(part);
    this.connection.lender.commit();
    if (ref !== undefined) this.onTheirWay.push({ ref, bytes: part.slice() });
  }

  /** A frame with two attachments that is not written after all. */
  private fail(which: number): void {
    const { view } = this.arrays[which] ?? {};
    if (view !== undefined) this.connection.lender.refer(view);
    this.connection.lender.place(new Uint8Array(5000));
    this.connection.lender.undo();
  }

  private place(length: number): void {
    const bytes = pattern(length, ++this.seed);
    const ref = this.connection.lender.place(bytes);
    this.connection.lender.commit();
    if (ref !== undefined) this.onTheirWay.push({ ref, bytes });
  }

  private async placeLater(length: number): Promise<void> {
    const bytes = pattern(length, ++this.seed);
    const ref = await new Promise<SegmentRef | undefined>((done) =>
      this.connection.lender.placeLater(bytes, done),
    );
    if (ref === undefined) return;
    if (this.seed % 3 === 0) this.connection.lender.withdrawReference(ref);
    else this.onTheirWay.push({ ref, bytes });
  }

  private arrive(): void {
    const next = this.onTheirWay.shift();
    if (next === undefined) return;
    this.connection.settle();
    const came = deliver(this.connection.borrower, next.ref);
    expect(same(came.bytes, next.bytes)).toBe(true);
    this.delivered++;
    this.here.push({ ...came, was: next.bytes, kept: false });
  }

  private endLoan(which: number): void {
    const one = this.here[which];
    if (one === undefined) return;
    one.loan.end();
    expect(one.bytes.length).toBe(one.kept ? one.was.length : 0);
    if (!one.kept) this.here.splice(which, 1);
  }

  private keep(which: number): void {
    const one = this.here[which];
    if (one === undefined) return;
    keep(one.bytes);
    one.kept = true;
  }

  private release(which: number): void {
    const [one] = this.here.splice(which, 1);
    if (one === undefined) return;
    release(one.bytes);
    expect(one.bytes.length).toBe(0);
  }

  private lose(): void {
    this.onTheirWay = [];
    this.connection.lose();
    this.connection = lending({ pool: this.pool });
  }
}

test('no range is used again while an ArrayBuffer over it lives, whatever happens', async () => {
  let delivered = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 80, maxLength: 120 }), async (steps) => {
      const world = new World();
      for (const one of steps) await world.take(one);
      await world.end();
      delivered += world.delivered;
    }),
    { numRuns: 100, endOnFailure: true },
  );
  expect(delivered).toBeGreaterThan(500);
});
