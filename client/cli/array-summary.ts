// What a person wants to know of an array of numbers: shape, type, extremes, mean, the first values.
import { elementTypeOf, type TypedArray } from '../../src/values/dtypes';
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
  const [data, heading] = NdArray.is(array)
    ? [array.data, `NdArray ${array.dtype} [${array.shape.join(', ')}]`]
    : [array, `${typeName(array)} [${array.length}]`];
  const first = Array.from(data.subarray(0, FIRST) as ArrayLike<number | bigint>, short);
  const values = first.length === 0 ? '' : first.join(', ') + (data.length > FIRST ? ', ...' : '');
  return { heading, facts: facts(data), values };
}

function typeName(array: TypedArray): string {
  return Buffer.isBuffer(array) ? 'Uint8Array' : (elementTypeOf(array)?.arrayName ?? 'array');
}

/** NaN is left out of the extremes and the mean, and counted. */
function facts(data: TypedArray): string {
  let [low, high, sum, odd] = [Infinity, -Infinity, 0, 0];
  for (const element of data as Iterable<number | bigint>) {
    const value = Number(element);
    if (Number.isNaN(value)) odd++;
    else {
      if (value < low) low = value;
      if (value > high) high = value;
      sum += value;
    }
  }
  const count = data.length - odd;
  const notNumbers = odd === 0 ? '' : `, ${odd} NaN`;
  if (count === 0) return odd === 0 ? 'empty' : `all NaN`;
  return `min ${short(low)}, max ${short(high)}, mean ${short(sum / count)}${notNumbers}`;
}

/** A number in at most six significant digits; whole ones in full. */
export function short(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}
