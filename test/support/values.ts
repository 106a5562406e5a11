// Generators of the table of values, for property tests.
import fc from 'fast-check';
import { Complex } from '../../src/values/complex';
import { elementTypeNamed, type DType } from '../../src/values/dtypes';
import { NdArray } from '../../src/values/nd-array';
import { sizeOf } from '../../src/values/shape';

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

/** Every element type. */
export const DTYPES: readonly DType[] = [
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float16',
  'float32',
  'float64',
  'complex64',
  'complex128',
];

/** An array of `dtype` whose bytes are `seed` and what follows it, as the engine holds such an array. */
export function ndArrayOf(dtype: DType, shape: readonly number[], seed = 0): NdArray {
  const { make, bytes, perElement } = elementTypeNamed(dtype);
  const length = sizeOf(shape) * perElement;
  // Small floats, so that no NaN of other bits is among them.
  const raw = Uint8Array.from({ length: length * bytes }, (_, at) => (seed + 7 * at) & 0x3f);
  return new NdArray(new make(raw.buffer), shape, dtype);
}

/** Arrays of all element types and up to four dimensions, without elements and without dimensions too. */
export const ndArray = fc
  .tuple(
    fc.constantFrom(...DTYPES),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    fc.integer({ min: 0, max: 255 }),
  )
  .map(([dtype, shape, seed]) => ndArrayOf(dtype, shape, seed));

/** Numbers of 16 bits alone: a Float16Array where the engine has it, else an `NdArray` of their bits. */
const halfArray = fc.integer({ min: 0, max: 40 }).map((length) => {
  const array = ndArrayOf('float16', [length]);
  return 'Float16Array' in globalThis ? array.data : array;
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
      halfArray,
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
