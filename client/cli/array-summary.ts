// What a person wants to know of an array of numbers: shape, type, extremes, mean, the first values.
import { Complex } from '../../src/values/complex';
import { elementTypeOf, type DType, type TypedArray } from '../../src/values/dtypes';
import { readElement } from '../../src/values/elements';
import { NdArray } from '../../src/values/nd-array';

/** The words for an array. */
export interface ArraySummary {
  /** `NdArray uint16 [1024, 1024]`, or `Float64Array [10]`. */
  readonly heading: string;
  /** `min 0, max 9, mean 4.5`; empty for an empty array. */
  readonly facts: string;
  /** The first values. */
  readonly values: string;
}

/** How many values are shown. */
const FIRST = 8;

/** Whether `value` is a typed array of numbers. */
export function isNumberArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && elementTypeOf(value) !== undefined;
}

/** Tells of an array in two lines. */
export function arraySummary(array: NdArray | TypedArray): ArraySummary {
  if (!NdArray.is(array)) {
    const dtype = elementTypeOf(array)?.dtype ?? 'uint8';
    return summary(`${typeName(array)} [${array.length}]`, array, dtype, array.length);
  }
  const heading = `NdArray ${array.dtype} [${array.shape.join(', ')}]`;
  if (array.detached) return { heading, facts: 'given back', values: '' };
  return summary(heading, array.data, array.dtype, array.size);
}

function summary(heading: string, data: TypedArray, dtype: DType, size: number): ArraySummary {
  const first = Array.from({ length: Math.min(FIRST, size) }, (_, at) => short(readElement(data, dtype, at)));
  const values = first.join(', ') + (size > FIRST ? ', ...' : '');
  return { heading, facts: facts(data, dtype, size), values };
}

function typeName(array: TypedArray): string {
  return Buffer.isBuffer(array) ? 'Uint8Array' : (elementTypeOf(array)?.arrayName ?? 'array');
}

/** NaN is left out of the extremes and the mean, and counted. Of complex numbers the magnitudes count. */
function facts(data: TypedArray, dtype: DType, size: number): string {
  let [low, high, sum, odd, magnitudes] = [Infinity, -Infinity, 0, 0, false];
  for (let at = 0; at < size; at++) {
    const element = readElement(data, dtype, at);
    if (typeof element === 'object') magnitudes = true;
    const value = typeof element === 'object' ? element.abs : Number(element);
    if (Number.isNaN(value)) odd++;
    else {
      if (value < low) low = value;
      if (value > high) high = value;
      sum += value;
    }
  }
  const count = size - odd;
  const notNumbers = odd === 0 ? '' : `, ${odd} NaN`;
  if (count === 0) return odd === 0 ? 'empty' : `all NaN`;
  const of = magnitudes ? 'magnitudes ' : '';
  return `${of}min ${short(low)}, max ${short(high)}, mean ${short(sum / count)}${notNumbers}`;
}

/** A number in at most six significant digits; whole ones in full. */
export function short(value: number | bigint | Complex): string {
  if (typeof value === 'object')
    return new Complex(Number(short(value.re)), Number(short(value.im))).toString();
  if (typeof value === 'bigint' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}
