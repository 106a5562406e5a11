// Arrays as files and pictures take them: element type, shape and elements, whatever they came as.
import { elementTypeOf, type TypedArray } from '../../src/values/dtypes';
import { halfToNumber } from '../../src/values/float16';
import { NdArray } from '../../src/values/nd-array';

/** An array in C order. */
export interface AnyArray {
  /** In numpy's names. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** As they lie in memory: complex numbers are pairs, `float16` may be its bits. */
  readonly elements: TypedArray;
}

/** Typed arrays whose elements are numbers. */
export type Reals = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/**
 * What array `value` is: an `NdArray`, a typed array or bytes (one dimension), or nested arrays of numbers, all of the same
 * lengths (float64). `undefined` if it is none.
 */
export function arrayOf(value: unknown): AnyArray | undefined {
  if (NdArray.is(value)) return { dtype: value.dtype, shape: value.shape, elements: value.data };
  if (value instanceof ArrayBuffer) return arrayOf(new Uint8Array(value));
  if (ArrayBuffer.isView(value)) {
    const type = elementTypeOf(value);
    const elements = value as TypedArray;
    return type && { dtype: type.dtype, shape: [elements.length], elements };
  }
  return Array.isArray(value) ? nested(value) : undefined;
}

/** The numbers of an array, without a copy where they are such: the magnitudes of complex ones. */
export function realsOf({ dtype, elements }: AnyArray): Reals {
  if (dtype === 'complex64' || dtype === 'complex128') return magnitudes(elements as Float32Array);
  if (dtype === 'float16' && elements instanceof Uint16Array)
    return Float32Array.from(elements, halfToNumber);
  return elements instanceof BigInt64Array || elements instanceof BigUint64Array
    ? Float64Array.from(elements, Number)
    : elements;
}

/** `1024x1024`; `scalar` without dimensions. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('x');
}

function nested(value: readonly unknown[]): AnyArray | undefined {
  const shape: number[] = [];
  let deepest: unknown = value;
  while (Array.isArray(deepest)) {
    shape.push(deepest.length);
    deepest = deepest[0];
  }
  const flat = value.flat(shape.length - 1);
  if (!rectangular(value, shape) || !flat.every((one) => typeof one === 'number')) return undefined;
  return { dtype: 'float64', shape, elements: Float64Array.from(flat) };
}

function rectangular(value: unknown, [length, ...rest]: readonly number[]): boolean {
  if (length === undefined) return !Array.isArray(value);
  return Array.isArray(value) && value.length === length && value.every((one) => rectangular(one, rest));
}

function magnitudes(pairs: Float32Array | Float64Array): Float64Array {
  return Float64Array.from({ length: pairs.length / 2 }, (_, at) =>
    Math.hypot(pairs[2 * at] ?? 0, pairs[2 * at + 1] ?? 0),
  );
}
