// An n-dimensional array: a shape over a typed array in C order.
import { elementTypeOf, type DType, type TypedArray } from './dtypes';

const BRAND = Symbol.for('samebox.NdArray');

/**
 * An n-dimensional array in C order (the last index runs fastest), as numpy has it.
 *
 * Wraps `data` without copying. On the wire it is RFC 8746 tag 40 over a typed array.
 * @typeParam A the typed array beneath.
 */
export class NdArray<A extends TypedArray = TypedArray> {
  /** The elements, in C order. Its length is the product of `shape`. */
  readonly data: A;
  /** Extent of every dimension; empty for a single number. */
  readonly shape: readonly number[];
  /** Element type, in numpy's names: `'uint16'`, `'float64'`. */
  readonly dtype: DType;

  /**
   * @param data elements in C order; not copied.
   * @param shape default: one dimension of the length of `data`.
   * @throws TypeError if the shape doesn't fit the data.
   */
  constructor(data: A, shape: readonly number[] = [data.length]) {
    const type = elementTypeOf(data);
    if (type === undefined) throw new TypeError('NdArray needs a typed array of a known element type');
    const size = sizeOf(shape);
    if (size !== data.length) {
      throw new TypeError(
        `shape [${shape.join(', ')}] has ${size} elements, but the data has ${data.length}`,
      );
    }
    this.data = data;
    this.shape = Object.freeze([...shape]);
    this.dtype = type.dtype;
  }

  /** Whether `value` is an `NdArray`, of this copy of the package or of another. */
  static is(value: unknown): value is NdArray {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /**
   * One element.
   * @throws RangeError if there are not as many indices as dimensions, or one is outside.
   */
  at(...indices: number[]): A[number] {
    if (indices.length !== this.shape.length) {
      throw new RangeError(`${indices.length} indices for ${this.shape.length} dimensions`);
    }
    let offset = 0;
    this.shape.forEach((extent, dimension) => {
      const index = indices[dimension] as number;
      if (!Number.isInteger(index) || index < 0 || index >= extent) {
        throw new RangeError(`index ${index} is outside dimension ${dimension} (0 to ${extent - 1})`);
      }
      offset = offset * extent + index;
    });
    return this.data[offset] as A[number];
  }
}
Object.defineProperty(NdArray.prototype, BRAND, { value: true });

/**
 * Number of elements of a shape.
 * @throws TypeError if an extent isn't a whole number from 0 up.
 */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0)
      throw new TypeError(`${extent} is not the extent of a dimension`);
    size *= extent;
  }
  return size;
}
