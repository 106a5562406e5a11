// Arrays out of bytes: what the tags of typed, complex and n-dimensional arrays make of what stands under them.
import { elementTypeOf, swapBytes, type DType, type ElementType, type TypedArray } from '../values/dtypes';
import { NdArray } from '../values/nd-array';
import { LITTLE_ENDIAN } from './encode';

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
