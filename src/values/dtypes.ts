// Element types of typed and n-dimensional arrays, and their RFC 8746 tags.

/** Element type of an array, in the names that numpy uses. */
export type DType =
  'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'float32' | 'float64';

/** The typed arrays that can cross. `Uint8ClampedArray` is one of them, but no `NdArray` is made of it. */
export type TypedArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

type TypedArrayConstructor = new (buffer: ArrayBuffer, byteOffset?: number, length?: number) => TypedArray;

/** One element type: how it is called, tagged and made. */
export interface ElementType {
  /** As `Symbol.toStringTag` of the typed array says. */
  readonly arrayName: string;
  readonly dtype: DType;
  readonly bytes: number;
  readonly make: TypedArrayConstructor;
  /** RFC 8746 tag of the little-endian form, which is what is sent. */
  readonly tag: number;
  /** RFC 8746 tag of the big-endian form, which is accepted. */
  readonly bigEndianTag: number;
}

const row = (
  make: TypedArrayConstructor,
  dtype: DType,
  bytes: number,
  tag: number,
  bigEndianTag: number,
): ElementType => ({ arrayName: make.name, dtype, bytes, make, tag, bigEndianTag });

/** RFC 8746 section 2.1. Single bytes have one order only: both tags are the same. */
export const ELEMENT_TYPES: readonly ElementType[] = [
  row(Uint8Array, 'uint8', 1, 64, 64),
  row(Uint8ClampedArray, 'uint8', 1, 68, 68),
  row(Uint16Array, 'uint16', 2, 69, 65),
  row(Uint32Array, 'uint32', 4, 70, 66),
  row(BigUint64Array, 'uint64', 8, 71, 67),
  row(Int8Array, 'int8', 1, 72, 72),
  row(Int16Array, 'int16', 2, 77, 73),
  row(Int32Array, 'int32', 4, 78, 74),
  row(BigInt64Array, 'int64', 8, 79, 75),
  row(Float32Array, 'float32', 4, 85, 81),
  row(Float64Array, 'float64', 8, 86, 82),
];

const byName = new Map(ELEMENT_TYPES.map((type) => [type.arrayName, type]));
const byTag = new Map(
  ELEMENT_TYPES.flatMap((type) => [[type.tag, type] as const, [type.bigEndianTag, type] as const]),
);

/** The element type of a typed array, or `undefined` for anything else (`DataView`, `Float16Array`). */
export function elementTypeOf(array: ArrayBufferView): ElementType | undefined {
  const name = (array as unknown as Record<symbol, unknown>)[Symbol.toStringTag];
  return byName.get(name as string);
}

/** The element type that a CBOR tag names, or `undefined`. */
export function elementTypeOfTag(tag: number): ElementType | undefined {
  return byTag.get(tag);
}

/** Reverses the bytes of every element in place: big-endian to little-endian and back. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}
