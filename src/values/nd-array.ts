// An n-dimensional array: a shape over a typed array in C order.
import { isDetached } from './detach';
import { elementTypeNamed, elementTypeOf, type DType, type TypedArray } from './dtypes';
import { fits, readElement, writeElement, type ElementOf, type OwnDType } from './elements';
import { GIVEN_BACK, givenBack } from './given-back';
import { releaseView } from './ownership';
import { ndArrayHeading, ndArrayText } from './nd-array-text';
import { clamp, offsetOf, sizeOf, within } from './shape';

export { sizeOf } from './shape';

const BRAND = Symbol.for('samebox.NdArray');

/** Where an array holds its data, until it is released. No private field: the types of two copies of the package agree. */
const HELD = Symbol('samebox.NdArray.data');
interface Holder {
  [HELD]: TypedArray | undefined;
}

/** `data` is each array's own and enumerable, so that a deep comparison in a test sees the elements. */
const DATA: PropertyDescriptor = {
  enumerable: true,
  get(this: NdArray & Holder): TypedArray {
    const data = this[HELD];
    // Read in loops over the elements: the length alone is quick to ask for.
    if (data !== undefined && (data.length !== 0 || !isDetached(data.buffer))) return data;
    throw givenBack();
  },
};

/**
 * An n-dimensional array in C order (the last index runs fastest), as numpy has it.
 *
 * Wraps `data` without copying, and so do its rows and slices. On the wire it is RFC 8746 tag 40 over a typed array.
 *
 * One that arrives as an argument or a stream's item can be on loan: once the loan has ended, or it was released, all
 * but `shape`, `dtype`, `size` and `detached` throw a TypeError that names `keep`.
 * @typeParam A the typed array beneath.
 * @typeParam D the element type.
 */
export class NdArray<A extends TypedArray = TypedArray, D extends DType = OwnDType<A>> {
  /**
   * The elements, in C order: as many as the product of `shape`. float16 is a `Float16Array`, or a `Uint16Array` of the
   * bits where the engine has none; complex numbers are pairs of real and imaginary part, twice as many entries.
   */
  declare readonly data: A;
  /** Extent of every dimension; empty for a single number. */
  readonly shape: readonly number[];
  /** Element type, in numpy's names: `'uint16'`, `'complex128'`. */
  readonly dtype: D;
  /** Releases it: see `release`. Absent on a Node without `Symbol.dispose`. */
  declare readonly [Symbol.dispose]: () => void;

  /**
   * @param data elements in C order; not copied.
   * @param shape default: one dimension of all elements.
   * @param dtype default: that of the data. `'float16'` over a `Uint16Array` of bits, `'complex64'` over a `Float32Array`
   * and `'complex128'` over a `Float64Array` of pairs have to be said.
   * @throws TypeError if the shape or the dtype doesn't fit the data.
   */
  constructor(data: A, shape?: readonly number[], dtype?: D) {
    const type = ArrayBuffer.isView(data) ? elementTypeOf(data) : undefined;
    if (type === undefined) throw new TypeError('NdArray needs a typed array of a known element type');
    this.dtype = dtype ?? (type.dtype as D);
    if (!fits(data, this.dtype)) throw new TypeError(`${type.arrayName} can't hold ${this.dtype}`);
    const length = data.length / elementTypeNamed(this.dtype).perElement;
    this.shape = Object.freeze([...(shape ?? [length])]);
    if (sizeOf(this.shape) !== length) {
      throw new TypeError(
        `shape [${this.shape.join(', ')}] has ${sizeOf(this.shape)} elements, but the data has ${length}`,
      );
    }
    Object.defineProperty(this, HELD, { value: data, writable: true });
    Object.defineProperty(this, 'data', DATA);
  }

  /** Whether `value` is an `NdArray`, of this copy of the package or of another. */
  static is(value: unknown): value is NdArray {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether its memory is gone: its loan has ended, or it was released. */
  get detached(): boolean {
    const data = (this as unknown as Holder)[HELD];
    return data === undefined || isDetached(data.buffer);
  }

  /**
   * One element: a `Complex` of complex numbers, a `bigint` of 64-bit integers, else a number.
   * @param indices one for each dimension; a negative one counts from the end.
   * @throws RangeError if there are not as many indices as dimensions, or one is outside.
   */
  at(...indices: number[]): ElementOf<A, D> {
    return readElement(this.data, this.dtype, offsetOf(this.shape, indices)) as ElementOf<A, D>;
  }

  /**
   * Sets one element.
   * @throws RangeError as `at` does; TypeError if `value` isn't of the element type's kind.
   */
  set(value: ElementOf<A, D>, ...indices: number[]): void {
    writeElement(this.data, this.dtype, offsetOf(this.shape, indices), value);
  }

  /**
   * Row `index`: what the first dimension has there, with one dimension less. Shares the memory.
   * @param index a negative one counts from the end.
   * @throws RangeError outside of the first dimension, and if there is none.
   */
  row(index: number): NdArray<A, D> {
    const at = within(this.shape, 0, index);
    return part(this, at, at + 1, this.shape.slice(1));
  }

  /**
   * Rows `from` up to, but not with, `to`. Shares the memory, unlike `slice` of a typed array: see `copy`.
   * @param from default 0; negative ones count from the end, as in every `slice` of JavaScript.
   * @param to default: the extent of the first dimension.
   * @throws RangeError if there is no dimension.
   */
  slice(from = 0, to?: number): NdArray<A, D> {
    const [extent, ...rest] = this.shape;
    if (extent === undefined) throw new RangeError('an array without dimensions has no rows');
    const start = clamp(from, extent);
    const end = Math.max(start, clamp(to ?? extent, extent));
    return part(this, start, end, [end - start, ...rest]);
  }

  /** A copy with memory of its own, which no loan ends. */
  copy(): NdArray<A, D> {
    return new NdArray(this.data.slice() as A, this.shape, this.dtype);
  }

  /**
   * Gives its memory back at once, without waiting for the garbage collector. It can't be used any more then. A row or a
   * slice gives nothing back: the memory stays until the whole is released. Again, it does nothing.
   */
  release(): void {
    const holder = this as unknown as Holder;
    const data = holder[HELD];
    holder[HELD] = undefined;
    if (data !== undefined) releaseView(data);
  }

  /** Its elements as numpy shows them, the first and last three of each dimension if there are very many. */
  toString(): string {
    return ndArrayText(this);
  }

  /** For `console.log`. */
  [Symbol.for('nodejs.util.inspect.custom')](depth: number): string {
    if (this.detached) return `[${ndArrayHeading(this)} that ${GIVEN_BACK}]`;
    return depth < 0 ? `[${ndArrayHeading(this)}]` : this.toString();
  }
}
Object.defineProperty(NdArray.prototype, BRAND, { value: true });
if (Symbol.dispose !== undefined) {
  Object.defineProperty(NdArray.prototype, Symbol.dispose, {
    value(this: NdArray): void {
      this.release();
    },
    writable: true,
    configurable: true,
  });
}

/** Rows `start` to `end` of an array, under another shape. */
function part<A extends TypedArray, D extends DType>(
  { data, shape, dtype }: NdArray<A, D>,
  start: number,
  end: number,
  partShape: readonly number[],
): NdArray<A, D> {
  const stride = sizeOf(shape.slice(1)) * elementTypeNamed(dtype).perElement;
  return new NdArray(data.subarray(start * stride, end * stride) as A, partShape, dtype);
}
