// Element types of typed and n-dimensional arrays, and their RFC 8746 tags.

/** Element type of an array, in the names that numpy uses. */
export type DType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128';

/** The engine's `Float16Array`, where its types are known; else never. */
type EngineFloat16Array = typeof globalThis extends { Float16Array: { readonly prototype: infer A } }
  ? A
  : never;

/**
 * The typed arrays that can cross, and `Float16Array` where the engine has it (Node 24). `Uint8ClampedArray` is one of
 * them, but no `NdArray` is made of it.
 */
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
  | Float64Array
  // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- it is one only where it is known
  | EngineFloat16Array;

type TypedArrayConstructor = new (buffer: ArrayBuffer, byteOffset?: number, length?: number) => TypedArray;

/** One element type: how it is called, tagged and made. */
export interface ElementType {
  /** As `Symbol.toStringTag` of the typed array says. */
  readonly arrayName: string;
  readonly dtype: DType;
  readonly bytes: number;
  /** `undefined` where the engine has no such typed array: `Float16Array` before Node 24. */
  readonly make: TypedArrayConstructor | undefined;
  /** RFC 8746 tag of the little-endian form, which is what is sent. */
  readonly tag: number;
  /** RFC 8746 tag of the big-endian form, which is accepted. */
  readonly bigEndianTag: number;
}

const { Float16Array } = globalThis as { Float16Array?: TypedArrayConstructor };

/** RFC 8746 section 2.1. Single bytes have one order only: both tags are the same. */
export const ELEMENT_TYPES: readonly ElementType[] = [
  row('Uint8Array', Uint8Array, 'uint8', 1, 64, 64),
  row('Uint8ClampedArray', Uint8ClampedArray, 'uint8', 1, 68, 68),
  row('Uint16Array', Uint16Array, 'uint16', 2, 69, 65),
  row('Uint32Array', Uint32Array, 'uint32', 4, 70, 66),
  row('BigUint64Array', BigUint64Array, 'uint64', 8, 71, 67),
  row('Int8Array', Int8Array, 'int8', 1, 72, 72),
  row('Int16Array', Int16Array, 'int16', 2, 77, 73),
  row('Int32Array', Int32Array, 'int32', 4, 78, 74),
  row('BigInt64Array', BigInt64Array, 'int64', 8, 79, 75),
  row('Float16Array', Float16Array, 'float16', 2, 84, 80),
  row('Float32Array', Float32Array, 'float32', 4, 85, 81),
  row('Float64Array', Float64Array, 'float64', 8, 86, 82),
];

function row(
  arrayName: string,
  make: TypedArrayConstructor | undefined,
  dtype: DType,
  bytes: number,
  tag: number,
  bigEndianTag: number,
): ElementType {
  return { arrayName, dtype, bytes, make, tag, bigEndianTag };
}

const byName = new Map(ELEMENT_TYPES.map((type) => [type.arrayName, type]));
const byTag = new Map(
  ELEMENT_TYPES.flatMap((type) => [[type.tag, type] as const, [type.bigEndianTag, type] as const]),
);

/** The element type of a typed array, or `undefined` for anything else (`DataView`). */
export function elementTypeOf(array: ArrayBufferView): ElementType | undefined {
  const name = (array as unknown as Record<symbol, unknown>)[Symbol.toStringTag];
  return byName.get(name as string);
}

/** The element type that a CBOR tag names, or `undefined`. */
export function elementTypeOfTag(tag: number): ElementType | undefined {
  return byTag.get(tag);
}

/** Numbers of 16 bits, as they cross whatever holds them. */
export const FLOAT16 = byName.get('Float16Array') as ElementType;

/** What holds the elements of a dtype. */
export interface DataType {
  /** The typed array: for float16 of the bits, where the engine has no `Float16Array`. */
  readonly make: TypedArrayConstructor;
  /** Bytes of one entry of it. */
  readonly bytes: number;
  /** Entries of one element: 2 for complex numbers, else 1. */
  readonly perElement: 1 | 2;
}

const byDType = new Map<DType, DataType>(
  // What is first stands: `Uint8Array` for uint8.
  [...ELEMENT_TYPES]
    .reverse()
    .map(({ dtype, make, bytes }) => [dtype, { make: make ?? Uint16Array, bytes, perElement: 1 }]),
);
byDType.set('complex64', { make: Float32Array, bytes: 4, perElement: 2 });
byDType.set('complex128', { make: Float64Array, bytes: 8, perElement: 2 });

/**
 * What holds the elements of `dtype`.
 * @throws TypeError if there is no such dtype.
 */
export function elementTypeNamed(dtype: DType): DataType {
  const type = byDType.get(dtype);
  if (type === undefined) throw new TypeError(`there is no dtype '${dtype}': see DType`);
  return type;
}

/** Reverses the bytes of every element in place: big-endian to little-endian and back. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}
