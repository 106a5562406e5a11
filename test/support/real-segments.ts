// Real shared memory, of whichever way this system has.
import type { SegmentMaker } from '../../src/segments/memory';
import type { SegmentPool } from '../../src/segments/segment-pool';
import { type PoolOptions } from '../../src/segments/segment-pool';
import { segmentMaker } from '../../src/segments/segment-ways';
import { fakePool, type FakePool } from './fake-segments';

export function realMaker(): SegmentMaker {
  const maker = segmentMaker();
  if ('unavailable' in maker) throw new Error(maker.unavailable);
  return maker;
}

/** A pool of real segments on a clock that stands still. */
export function realPool(more: Partial<PoolOptions> = {}): Pick<FakePool, 'pool' | 'time' | 'budget'> {
  return fakePool({ maker: realMaker(), ...more });
}

/** `length` bytes that `seed` tells apart from others. */
export function pattern(length: number, seed: number): Uint8Array {
  return new Uint8Array(length).map((_, at) => (seed * 31 + at * 7 + (at >> 8)) & 0xff);
}

/** Compared as a whole: element by element takes too long. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** Ends the use of a pool: fails where something of it is still held. */
export function expectAllRemoved({ pool }: { pool: SegmentPool }): void {
  pool.close();
  expect(pool.status).toEqual({ segments: 0, mapped: 0, free: 0 });
}
