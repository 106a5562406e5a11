// The typed array that holds the elements of a dtype, as a type.
import type { DType, TypedArray } from './dtypes';

interface DataTypes {
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  /** A `Float16Array`, or a `Uint16Array` of the bits where the engine has none. */
  float16: TypedArray;
  float32: Float32Array;
  float64: Float64Array;
  /** Pairs of real and imaginary part. */
  complex64: Float32Array;
  complex128: Float64Array;
}

/** The typed array beneath an `NdArray` of this dtype. */
export type DataOf<D extends DType> = DataTypes[D];
