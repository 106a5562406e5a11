import fc from 'fast-check';
import { halfToNumber, numberToHalf } from '../../../src/values/float16';
import '../../support/values';

test('every 16 bits are the number that they were made of', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const number = halfToNumber(bits);
    if (numberToHalf(number) !== (Number.isNaN(number) ? 0x7e00 : bits)) throw new Error(`bits ${bits}`);
  }
});

test.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519.99, 0x7bff],
  [65520, 0x7c00],
  [-Infinity, 0xfc00],
  [-0, 0x8000],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.0001, 0x0001],
  [2 ** -14 * (1 - 2 ** -12), 0x0400],
  // Halfway between two numbers: to the even one.
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [2 - 2 ** -53, 0x4000],
])('%p has the bits that IEEE 754 gives it', (number, bits) => {
  expect(numberToHalf(number)).toBe(bits);
});

const engine = (globalThis as { Float16Array?: new (length: number) => Float32Array }).Float16Array;

(engine === undefined ? test.skip : test)('numbers are rounded as Float16Array rounds them', () => {
  const one = new engine!(1);
  const bits = new Uint16Array(one.buffer);
  fc.assert(
    fc.property(fc.oneof(fc.double({ noNaN: true }), fc.double({ min: -70000, max: 70000 })), (number) => {
      one[0] = number;
      if (!Number.isNaN(number)) expect(numberToHalf(number)).toBe(bits[0]);
    }),
    { numRuns: 5000 },
  );
});
