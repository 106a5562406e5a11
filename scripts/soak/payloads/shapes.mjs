// The kinds of arrays that are sent: typed arrays and `NdArray`s, in memory of their own or in a segment, whole or a part.

/** How an array looks to whoever receives it. */
export const FORMS = ['bytes', 'doubles', 'image', 'complex', 'part'];

/**
 * An array of about `size` bytes, and the whole that it is a part of; what stands in it is unknown.
 * @param {(shape: number[], dtype: string) => any} allocate gives an `NdArray`.
 */
export function makeArray(form, size, allocate) {
  const whole = allocate(...layoutOf(form, size));
  if (form === 'part') return { array: whole.row(1), whole };
  return { array: form === 'bytes' || form === 'doubles' ? whole.data : whole, whole };
}

function layoutOf(form, size) {
  const columns = atLeastOne(Math.sqrt(size / 2));
  switch (form) {
    case 'bytes':
      return [[size], 'uint8'];
    case 'doubles':
      return [[atLeastOne(size / 8)], 'float64'];
    case 'image':
      return [[atLeastOne(size / 2 / columns), columns], 'uint16'];
    case 'complex':
      return [[atLeastOne(size / 8)], 'complex64'];
    case 'part':
      return [[3, atLeastOne(size / 4)], 'float32'];
    default:
      throw new TypeError(`no form is called ${form}`);
  }
}

/** Memory of this process's own, as `allocate` for `makeArray`. */
export function ordinary(NdArray) {
  const types = {
    uint8: [Uint8Array, 1],
    float64: [Float64Array, 1],
    uint16: [Uint16Array, 1],
    complex64: [Float32Array, 2],
    float32: [Float32Array, 1],
  };
  return (shape, dtype) => {
    const [type, perElement] = types[dtype];
    const elements = shape.reduce((product, extent) => product * extent, 1);
    return new NdArray(new type(elements * perElement), shape, dtype);
  };
}

/** The bytes of an array, where they lie. */
export function bytesOf(array) {
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(array) ? array : array.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What it is, apart from its content. */
export function kindOf(array) {
  return ArrayBuffer.isView(array) ? array.constructor.name : `${array.dtype}[${array.shape.join()}]`;
}

function atLeastOne(number) {
  return Math.max(1, Math.floor(number));
}
