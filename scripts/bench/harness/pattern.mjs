// How a receiver proves that it has the content: 16 places, from the first byte to the last, derive from one number.
// Looking at all bytes would cost more than what is measured.
const PLACES = 16;

export const MEBIBYTE = 2 ** 20;

/** @param {Uint8Array} bytes @param {number} seed 0 to 255 */
export function stamp(bytes, seed) {
  const step = (bytes.length - 1) / (PLACES - 1);
  for (let place = 0; place < PLACES; place++) bytes[Math.floor(place * step)] = (seed + place * 7) & 255;
}

/** The seed that `bytes` were stamped with; -1 if they were not. */
export function seedOf(bytes) {
  const step = (bytes.length - 1) / (PLACES - 1);
  const seed = bytes[0];
  for (let place = 0; place < PLACES; place++)
    if (bytes[Math.floor(place * step)] !== ((seed + place * 7) & 255)) return -1;
  return seed;
}

/** Memory of its own, every page of it touched. @param {number} bytes */
export function warm(bytes) {
  return new Uint8Array(bytes).fill(1);
}

/** The bytes of a plain array or an `NdArray`, as the daemon or a client got them. */
export function bytesOf(value) {
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(value) ? value : value.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
