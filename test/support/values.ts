// Generators of the table of values, for property tests.
import fc from 'fast-check';
import { Complex } from '../../src/values/complex';
import { NdArray } from '../../src/values/nd-array';

/** The run's seed: random, printed when a property fails, fixed by SAMEBOX_SEED. */
export const SEED = Number(process.env['SAMEBOX_SEED'] ?? Date.now() % 2 ** 31);
fc.configureGlobal({ seed: SEED });

const text = fc
  .string({ unit: 'grapheme' })
  .filter((s) => (s as unknown as { isWellFormed(): boolean }).isWellFormed());

const typedArray = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8ClampedArray({ maxLength: 40 }),
  fc.uint16Array({ maxLength: 40 }),
  fc.uint32Array({ maxLength: 40 }),
  fc.bigUint64Array({ maxLength: 40 }),
  fc.int8Array({ maxLength: 40 }),
  fc.int16Array({ maxLength: 40 }),
  fc.int32Array({ maxLength: 40 }),
  fc.bigInt64Array({ maxLength: 40 }),
  fc.float32Array({ maxLength: 40 }),
  fc.float64Array({ maxLength: 40 }),
);

/** A typed array of attachment size. */
export const largeArray = fc
  .tuple(fc.integer({ min: 512, max: 1_000 }), fc.integer())
  .map(([length, fill]) => new Float64Array(length).fill(fill));

const ndArray = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), fc.integer({ min: 0, max: 255 }))
  .map(([shape, fill]) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return new NdArray(new Uint16Array(size).fill(fill), shape);
  });

const date = fc.date({ noInvalidDate: true });

/** Any value of the table, nested a few levels. */
export const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.constantFrom(-0, NaN, Infinity, -Infinity, undefined, null, true, false),
      fc.bigInt(),
      text,
      date,
      typedArray,
      ndArray,
      fc.tuple(fc.double(), fc.double()).map(([re, im]) => new Complex(re, im)),
    ),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => new Set(items)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    largeArray,
  ),
})).value;
