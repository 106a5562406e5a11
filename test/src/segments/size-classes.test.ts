import fc from 'fast-check';
import { SEGMENT_BYTES } from '../../../src/segments/memory';
import { fits, sizeClass } from '../../../src/segments/size-classes';
import '../../support/values';

const KiB = 1024;

test('a segment has at least 64 KiB, and else a quarter more than was asked for at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: SEGMENT_BYTES }), (bytes) => {
      const size = sizeClass(bytes);
      expect(size).toBeGreaterThanOrEqual(bytes);
      expect(size).toBeLessThanOrEqual(Math.max(64 * KiB, 1.25 * bytes));
      expect(size).toBeLessThanOrEqual(SEGMENT_BYTES);
      expect(fits(size, bytes)).toBe(true);
    }),
  );
});

test('a size class is its own', () => {
  for (const bytes of [1, 64 * KiB, 80 * KiB, 96 * KiB, 112 * KiB, 128 * KiB, 160 * KiB, SEGMENT_BYTES]) {
    const size = sizeClass(bytes);
    expect([bytes, sizeClass(size)]).toEqual([bytes, size]);
  }
});

test('there are four sizes from one power of two to the next', () => {
  const sizes = new Set(Array.from({ length: 64 }, (_, step) => sizeClass((64 + step + 1) * KiB)));
  expect([...sizes].map((size) => size / KiB)).toEqual([80, 96, 112, 128]);
});

test('a larger one than fits an ArrayBuffer is as large as was asked for, so that its making fails', () => {
  expect(sizeClass(SEGMENT_BYTES + 1)).toBeGreaterThan(SEGMENT_BYTES);
});

test('a free segment serves what fills half of it, or any little thing if it is one of the least', () => {
  expect(fits(64 * KiB, 1)).toBe(true);
  expect(fits(80 * KiB, 1)).toBe(false);
  expect(fits(80 * KiB, 40 * KiB)).toBe(true);
  expect(fits(80 * KiB, 40 * KiB - 1)).toBe(false);
  expect(fits(80 * KiB, 80 * KiB + 1)).toBe(false);
});
