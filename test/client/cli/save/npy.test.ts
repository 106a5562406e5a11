import { arrayOf } from '../../../../client/cli/array-of';
import { npyFile, npyHeader } from '../../../../client/cli/save/npy';
import { NdArray } from '../../../../src/values/nd-array';

function file(value: unknown): Buffer {
  const array = arrayOf(value);
  if (array === undefined) throw new Error('no array');
  return Buffer.concat([...npyFile(array)]);
}

describe('.npy files', () => {
  test('a file is what numpy 2.4 writes, to the byte', () => {
    // numpy.save of numpy.arange(6, dtype='<u2').reshape(2, 3)
    expect(file(new NdArray(Uint16Array.of(0, 1, 2, 3, 4, 5), [2, 3])).toString('latin1')).toBe(
      '\u0093NUMPY\u0001\u0000v\u0000' +
        "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }" +
        ' '.repeat(58) +
        '\n' +
        '\u0000\u0000\u0001\u0000\u0002\u0000\u0003\u0000\u0004\u0000\u0005\u0000',
    );
  });

  test.each([
    [new NdArray(new Int8Array(1)), '|i1'],
    [new NdArray(new Uint8Array(1)), '|u1'],
    [new NdArray(new Int16Array(1)), '<i2'],
    [new NdArray(new Uint16Array(1)), '<u2'],
    [new NdArray(new Int32Array(1)), '<i4'],
    [new NdArray(new Uint32Array(1)), '<u4'],
    [new NdArray(new BigInt64Array(1)), '<i8'],
    [new NdArray(new BigUint64Array(1)), '<u8'],
    [new NdArray(new Uint16Array(1), [1], 'float16'), '<f2'],
    [new NdArray(new Float32Array(1)), '<f4'],
    [new NdArray(new Float64Array(1)), '<f8'],
    [new NdArray(new Float32Array(2), [1], 'complex64'), '<c8'],
    [new NdArray(new Float64Array(2), [1], 'complex128'), '<c16'],
  ])('%s has its description in the header', (array, description) => {
    expect(file(array).toString('latin1')).toContain(
      `{'descr': '${description}', 'fortran_order': False, 'shape': (1,), }`,
    );
  });

  test('elements begin at a multiple of 64 bytes, whatever the shape', () => {
    for (const shape of [[], [0], [7], [2, 3, 4], Array<number>(40).fill(1)]) {
      const header = npyHeader('<f8', shape);
      expect(header.length % 64).toBe(0);
      expect(header.readUInt16LE(8)).toBe(header.length - 10);
      expect(header.at(-1)).toBe(0x0a);
    }
    expect(npyHeader('<f8', []).toString('latin1')).toContain("'shape': (), }");
  });

  test('a header of more than 65535 bytes is of version 2.0', () => {
    const header = npyHeader('|u1', Array<number>(30_000).fill(1));
    expect([...header.subarray(6, 8)]).toEqual([2, 0]);
    expect(header.readUInt32LE(8)).toBe(header.length - 12);
    expect(header.length % 64).toBe(0);
  });

  test('a part of a larger buffer is written, not the whole', () => {
    const part = new Float32Array(8).fill(1).subarray(2, 4);
    expect(file(part)).toHaveLength(128 + 8);
  });

  test('typed arrays and bytes have one dimension, nested lists of numbers are float64', () => {
    expect(arrayOf(Buffer.from('ab'))).toMatchObject({ dtype: 'uint8', shape: [2] });
    expect(arrayOf(new ArrayBuffer(3))).toMatchObject({ dtype: 'uint8', shape: [3] });
    expect(
      arrayOf([
        [1, 2.5],
        [3, NaN],
      ]),
    ).toEqual({
      dtype: 'float64',
      shape: [2, 2],
      elements: Float64Array.of(1, 2.5, 3, NaN),
    });
    expect(arrayOf([])).toMatchObject({ dtype: 'float64', shape: [0] });
  });

  test('lists of different lengths, of texts or of depth that varies are no arrays', () => {
    for (const value of [[[1], [2, 3]], ['a'], [1, [2]], [[1], 2], [1n], 5, null, { a: [1] }])
      expect(arrayOf(value)).toBeUndefined();
  });
});
