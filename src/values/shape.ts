// Shapes: how many elements one has, and where an element lies in C order.

/** Most dimensions of an array, as in numpy. */
export const DIMENSIONS = 64;

/**
 * Number of elements of a shape.
 * @throws TypeError if an extent isn't a whole number from 0 up, or there are more than 64.
 */
export function sizeOf(shape: readonly number[]): number {
  if (shape.length > DIMENSIONS) throw new TypeError(`an array has at most ${DIMENSIONS} dimensions`);
  let size = 1;
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0)
      throw new TypeError(`${extent} is not the extent of a dimension`);
    size *= extent;
  }
  return size;
}

/**
 * The place of an element in C order.
 * @throws RangeError if there are not as many indices as dimensions, or one is outside.
 */
export function offsetOf(shape: readonly number[], indices: readonly number[]): number {
  if (indices.length !== shape.length) {
    throw new RangeError(`${indices.length} indices for ${shape.length} dimensions`);
  }
  let offset = 0;
  for (let dimension = 0; dimension < shape.length; dimension++) {
    offset = offset * (shape[dimension] as number) + within(shape, dimension, indices[dimension] as number);
  }
  return offset;
}

/**
 * `index` counted from the start of a dimension.
 * @throws RangeError if it is outside, or there is no such dimension.
 */
export function within(shape: readonly number[], dimension: number, index: number): number {
  const extent = shape[dimension];
  if (extent === undefined) throw new RangeError('an array without dimensions has no rows');
  const at = index < 0 ? index + extent : index;
  if (!Number.isInteger(at) || at < 0 || at >= extent) {
    const range = extent === 0 ? 'which is empty' : `${-extent} to ${extent - 1}`;
    throw new RangeError(`index ${index} is outside dimension ${dimension} (${range})`);
  }
  return at;
}

/** A bound of a slice, as `Array.prototype.slice` takes it: negative from the end, never outside. */
export function clamp(bound: number, extent: number): number {
  const whole = Math.trunc(bound) || 0;
  return whole < 0 ? Math.max(0, whole + extent) : Math.min(whole, extent);
}
