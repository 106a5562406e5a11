// NumPy's file format `.npy`: a header in ASCII, then the elements in C order (numpy.lib.format, NEP 1).
import { endianness } from 'node:os';
import type { AnyArray } from '../array-of';

const MAGIC = Buffer.from('\u0093NUMPY', 'latin1');
/** Elements begin at a multiple of it. */
const ALIGNMENT = 64;
/** Longest header of version 1.0, whose length has 16 bits. */
const LONGEST_SHORT = 0xffff;
const ORDER = endianness() === 'LE' ? '<' : '>';

/** `numpy.dtype.str` of each element type; a byte has no order. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  int8: '|i1',
  uint8: '|u1',
  int16: `${ORDER}i2`,
  int32: `${ORDER}i4`,
  int64: `${ORDER}i8`,
  uint16: `${ORDER}u2`,
  uint32: `${ORDER}u4`,
  uint64: `${ORDER}u8`,
  float16: `${ORDER}f2`,
  float32: `${ORDER}f4`,
  float64: `${ORDER}f8`,
  complex64: `${ORDER}c8`,
  complex128: `${ORDER}c16`,
};

/**
 * The parts of a `.npy` file: its header and, not copied, the elements.
 * @throws TypeError for an element type that it doesn't know.
 */
export function npyFile({ dtype, shape, elements }: AnyArray): readonly Uint8Array[] {
  const description = DESCRIPTIONS[dtype];
  if (description === undefined) throw new TypeError(`.npy files of ${dtype} are not written`);
  return [
    npyHeader(description, shape),
    new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength),
  ];
}

/** Magic, version (1.0, or 2.0 where the header is long), length, a Python dictionary, filled with spaces. */
export function npyHeader(description: string, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${description}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const [version, lengthBytes] = dictionary.length > LONGEST_SHORT - ALIGNMENT ? [2, 4] : [1, 2];
  const fixed = MAGIC.length + 2 + lengthBytes;
  const total = Math.ceil((fixed + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(total, ' ');
  MAGIC.copy(header);
  header.writeUInt8(version, MAGIC.length);
  header.writeUInt8(0, MAGIC.length + 1);
  header.writeUIntLE(total - fixed, MAGIC.length + 2, lengthBytes);
  header.write(dictionary, fixed, 'latin1');
  header.write('\n', total - 1, 'latin1');
  return header;
}
