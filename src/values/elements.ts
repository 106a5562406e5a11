// Elements of an n-dimensional array: what its data is for each element type, and how one is read and written.
import { Complex } from './complex';
import { elementTypeOf, type DType, type TypedArray } from './dtypes';
import { halfToNumber, numberToHalf } from './float16';

/** The element type that a typed array has by itself. */
interface OwnDTypes {
  Int8Array: 'int8';
  Int16Array: 'int16';
  Int32Array: 'int32';
  BigInt64Array: 'int64';
  Uint8Array: 'uint8';
  Uint8ClampedArray: 'uint8';
  Uint16Array: 'uint16';
  Uint32Array: 'uint32';
  BigUint64Array: 'uint64';
  Float16Array: 'float16';
  Float32Array: 'float32';
  Float64Array: 'float64';
}

/** The element type of an `NdArray` over `A` of which no other is said; any, if nothing is known of `A`. */
export type OwnDType<A extends TypedArray> = TypedArray extends A
  ? DType
  : OwnDTypes[A[typeof Symbol.toStringTag] & keyof OwnDTypes];

/** One element of an `NdArray`: a `bigint` of 64-bit integers, a `Complex` of complex numbers, else a number. */
export type ElementOf<A extends TypedArray, D extends DType> = D extends 'complex64' | 'complex128'
  ? Complex
  : D extends 'int64' | 'uint64'
    ? bigint
    : D extends 'float16'
      ? number
      : Exclude<A[number], bigint>;

/** An element of any type. */
export type Element = number | bigint | Complex;

/** Whether `data` can be read as `dtype`: as its own, float16 also over the bits, complex over parts. */
export function fits(data: TypedArray, dtype: DType): boolean {
  const own = elementTypeOf(data)?.dtype;
  switch (dtype) {
    case 'float16':
      return own === 'float16' || own === 'uint16';
    case 'complex64':
      return own === 'float32';
    case 'complex128':
      return own === 'float64';
    default:
      return own === dtype;
  }
}

/** Element `index` of `data`, which `fits` has agreed to. */
export function readElement(data: TypedArray, dtype: DType, index: number): Element {
  if (isComplex(dtype)) {
    return new Complex(data[2 * index] as number, data[2 * index + 1] as number);
  }
  const entry = data[index] as number | bigint;
  return holdsBits(data, dtype) ? halfToNumber(entry as number) : entry;
}

/**
 * Sets element `index` of `data`. A number that doesn't fit becomes what a typed array makes of it.
 * @throws TypeError if `value` is of another kind: a number where a Complex or a bigint belongs.
 */
export function writeElement(data: TypedArray, dtype: DType, index: number, value: Element): void {
  if (isComplex(dtype)) {
    if (!Complex.is(value)) throw new TypeError(`an element of ${dtype} is a Complex`);
    data[2 * index] = value.re;
    data[2 * index + 1] = value.im;
    return;
  }
  const kind = dtype === 'int64' || dtype === 'uint64' ? 'bigint' : 'number';
  if (typeof value !== kind) throw new TypeError(`an element of ${dtype} is a ${kind}`);
  data[index] = holdsBits(data, dtype) ? numberToHalf(value as number) : (value as number);
}

function isComplex(dtype: DType): boolean {
  return dtype === 'complex64' || dtype === 'complex128';
}

/** Whether float16 is held as bits, for want of a Float16Array. */
function holdsBits(data: TypedArray, dtype: DType): boolean {
  return dtype === 'float16' && elementTypeOf(data)?.dtype === 'uint16';
}
