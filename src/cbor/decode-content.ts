// Values out of what stands in a body: arrays, dates, big integers, complex numbers, doubles. Errors say what the body has.
import { Complex } from '../values/complex';
import { elementTypeOf, swapBytes, type DType, type ElementType, type TypedArray } from '../values/dtypes';
import { NdArray } from '../values/nd-array';
import { BIGINT_BYTES, LITTLE_ENDIAN } from './encode';

/**
 * Bytes under the tag of a typed array, not copied where they can be viewed: they lie at a multiple of the element size,
 * and in the machine's byte order. Float16 is an `NdArray` of its bits where the engine has no Float16Array.
 * @param foreign the bytes are memory that others may see, so that it isn't written.
 * @throws TypeError if there is a part of an element.
 */
export function typedArray(
  bytes: Uint8Array,
  type: ElementType,
  tag: number,
  foreign: boolean,
): TypedArray | NdArray {
  if (bytes.length % type.bytes !== 0) throw new TypeError(`${type.arrayName} of ${bytes.length} bytes`);
  const swap = type.bytes > 1 && (tag === type.tag) !== LITTLE_ENDIAN;
  const view = bytes.byteOffset % type.bytes !== 0 || (swap && foreign) ? new Uint8Array(bytes) : bytes;
  if (swap) swapBytes(view, type.bytes);
  const buffer = view.buffer as ArrayBuffer;
  const length = view.length / type.bytes;
  if (type.make !== undefined) return new type.make(buffer, view.byteOffset, length);
  return new NdArray(new Uint16Array(buffer, view.byteOffset, length), [length], 'float16');
}

/** The element type of complex numbers, by that of their parts. */
const COMPLEX_OF: Readonly<Record<string, 'complex64' | 'complex128'>> = {
  float32: 'complex64',
  float64: 'complex128',
};

/**
 * Complex numbers without a shape around them: one dimension.
 * @throws TypeError if `parts` are no floats, or an odd number of them.
 */
export function complexArray(parts: unknown): NdArray {
  const dtype = ArrayBuffer.isView(parts) ? COMPLEX_OF[elementTypeOf(parts)?.dtype ?? ''] : undefined;
  if (dtype === undefined) throw new TypeError('complex numbers that are no array of float32 or float64');
  const data = parts as TypedArray;
  return new NdArray(data, [data.length / 2], dtype);
}

/**
 * Elements under a shape.
 * @param elements a typed array, or an `NdArray` that has no shape of its own: complex numbers, or the bits of float16.
 * @throws TypeError if they don't fit.
 */
export function ndArray(shape: unknown, elements: unknown): NdArray {
  if (!Array.isArray(shape)) throw new TypeError('an n-dimensional array without a shape');
  let [data, dtype]: [unknown, DType | undefined] = [elements, undefined];
  if (NdArray.is(elements)) ({ data, dtype } = elements);
  return new NdArray(data as TypedArray, shape as number[], dtype);
}

export function dateOfSeconds(seconds: unknown): Date {
  if (typeof seconds !== 'number') throw new TypeError('a date that is not a number');
  // The fraction by itself: far from 1970 the product would be rounded a second time.
  const whole = Math.trunc(seconds);
  return valid(new Date(whole * 1000 + Math.round((seconds - whole) * 1000)), 'a date outside the range');
}

export function dateOfText(text: unknown): Date {
  return valid(new Date(typeof text === 'string' ? text : NaN), 'a date that cannot be read');
}

function valid(date: Date, otherwise: string): Date {
  if (Number.isNaN(date.getTime())) throw new RangeError(otherwise);
  return date;
}

export function bigInteger(bytes: unknown): bigint {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a big integer without bytes');
  if (bytes.length > BIGINT_BYTES) throw new RangeError('a big integer over the limit');
  if (bytes.length === 0) return 0n;
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

export function complex(parts: unknown): Complex {
  if (!Array.isArray(parts)) throw new TypeError('a complex number without an array');
  const [re, im] = parts as unknown[];
  if (typeof re !== 'number' || typeof im !== 'number')
    throw new TypeError('a complex number of other parts');
  return new Complex(re, im);
}

/** Larger memory isn't kept from being freed. */
const LARGEST = 256 * 1024;

let last: DataView = new DataView(new ArrayBuffer(0));

/**
 * A view of all the memory that `bytes` lies in: a double is read three times as fast through one as from a Buffer. To make one takes as
 * long as five doubles; what a socket brings lies in the same memory most of the time.
 */
export function viewOf(bytes: Buffer): DataView {
  const { buffer } = bytes;
  if (last.buffer === buffer) return last;
  const view = new DataView(buffer);
  if (buffer.byteLength <= LARGEST) last = view;
  return view;
}
