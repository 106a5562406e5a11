import ndarray from 'ndarray';
import { deepStrictEqual, notDeepStrictEqual } from 'node:assert';
import { Complex } from '../../../src/values/complex';
import { elementTypeNamed } from '../../../src/values/dtypes';
import { NdArray } from '../../../src/values/nd-array';
import { DTYPES, ndArrayOf } from '../../support/values';

const ramp = (length: number): Uint16Array => Uint16Array.from({ length }, (_, at) => at);

describe('an array wraps what it is given', () => {
  test('its data is the typed array itself, with the shape and the dtype that it has by itself', () => {
    const data = ramp(6);
    const array = new NdArray(data, [2, 3]);
    expect(array.data).toBe(data);
    expect(array.shape).toEqual([2, 3]);
    expect(array.dtype).toBe('uint16');
    expect(array.size).toBe(6);
    expect(new NdArray(data).shape).toEqual([6]);
  });

  test.each(DTYPES)('%s has arrays without dimensions and without elements', (dtype) => {
    const scalar = ndArrayOf(dtype, [], 3);
    expect(scalar.size).toBe(1);
    expect(scalar.at()).toBeDefined();
    const empty = ndArrayOf(dtype, [2, 0, 3]);
    expect(empty.size).toBe(0);
    expect(empty.data).toHaveLength(0);
    expect(empty.row(1).shape).toEqual([0, 3]);
    expect(() => empty.at(0, 0, 0)).toThrow('index 0 is outside dimension 1 (which is empty)');
  });

  test('float16 wraps the bits, and reads and writes them as numbers', () => {
    const array = new NdArray(new Uint16Array([0x3c00, 0xc100]), [2], 'float16');
    expect([array.at(0), array.at(1)]).toEqual([1, -2.5]);
    array.set(0.1, 0);
    expect(array.data[0]).toBe(0x2e66);
    expect(array.at(0)).toBeCloseTo(0.1, 4);
  });

  test('complex numbers are pairs of floats, which the shape does not count', () => {
    const array = new NdArray(new Float32Array([1, 2, 3, -4]), [2], 'complex64');
    expect(array.size).toBe(2);
    expect(array.at(1)).toEqual(new Complex(3, -4));
    array.set(new Complex(5, 6), 0);
    expect([...array.data]).toEqual([5, 6, 3, -4]);
    expect(new NdArray(new Float64Array(6), undefined, 'complex128').shape).toEqual([3]);
  });

  test('what does not fit is a TypeError', () => {
    expect(() => new NdArray(ramp(5), [2, 3])).toThrow('shape [2, 3] has 6 elements, but the data has 5');
    expect(() => new NdArray(new Float32Array(3), [1], 'complex64')).toThrow(TypeError);
    expect(() => new NdArray(new Float32Array(4), [2], 'complex128')).toThrow(
      "Float32Array can't hold complex128",
    );
    expect(() => new NdArray(new Int16Array(4), [4], 'float16')).toThrow(TypeError);
    expect(() => new NdArray(new Float64Array(4), [4], 'uint16' as never)).toThrow(TypeError);
    expect(() => new NdArray([1, 2] as never)).toThrow(TypeError);
    expect(() => new NdArray(ramp(1), [1.5])).toThrow('1.5 is not the extent of a dimension');
    expect(() => new NdArray(ramp(1), new Array<number>(65).fill(1))).toThrow('at most 64 dimensions');
    expect(() => elementTypeNamed('float128' as never)).toThrow(TypeError);
  });

  test('an element is of the kind of its array, or a TypeError', () => {
    expect(() => new NdArray(ramp(1)).set(1n as never, 0)).toThrow('an element of uint16 is a number');
    expect(() => new NdArray(new BigInt64Array(1)).set(1 as never, 0)).toThrow(TypeError);
    expect(() => new NdArray(new Float32Array(2), [1], 'complex64').set(1 as never, 0)).toThrow(
      'an element of complex64 is a Complex',
    );
  });
});

describe('places', () => {
  const array = new NdArray(ramp(24), [2, 3, 4]);

  test('an element is found by an index for each dimension, from the end by a negative one', () => {
    expect(array.at(1, 2, 3)).toBe(23);
    expect(array.at(0, 1, 2)).toBe(6);
    expect(array.at(-1, -1, -1)).toBe(23);
    expect(() => array.at(1, 2)).toThrow('2 indices for 3 dimensions');
    expect(() => array.at(0, 3, 0)).toThrow('index 3 is outside dimension 1 (-3 to 2)');
    expect(() => array.at(0, 0, 0.5)).toThrow(RangeError);
    expect(() => array.at(0, 0, NaN)).toThrow(RangeError);
  });

  test('a row has one dimension less and shares the memory', () => {
    const own = new NdArray(ramp(24), [2, 3, 4]);
    const row = own.row(-1);
    expect(row.shape).toEqual([3, 4]);
    expect(row.data.buffer).toBe(own.data.buffer);
    row.row(0).set(99, 1);
    expect(own.at(1, 0, 1)).toBe(99);
    expect(own.row(0).row(0).row(2).at()).toBe(2);
    expect(() => own.row(2)).toThrow(RangeError);
    expect(() => own.row(0).row(0).row(0).row(0)).toThrow('an array without dimensions has no rows');
  });

  test.each([
    [[], 0, 5],
    [[1], 1, 5],
    [[1, 3], 1, 3],
    [[-2], 3, 5],
    [[0, -1], 0, 4],
    [[3, 1], 3, 3],
    [[-99, 99], 0, 5],
    [[9], 5, 5],
  ])('slice(%p) has the rows that a slice of JavaScript has, in the same memory', (bounds, from, to) => {
    const own = new NdArray(
      new Float32Array(20).map((_, at) => at),
      [5, 2],
      'complex64',
    );
    const slice = own.slice(...bounds);
    expect(slice.shape).toEqual([to - from, 2]);
    expect(slice.dtype).toBe('complex64');
    expect([...slice.data]).toEqual([...own.data].slice(4 * from, 4 * to));
    expect(slice.data.buffer).toBe(own.data.buffer);
  });

  test('a copy has memory of its own', () => {
    const own = new NdArray(ramp(4), [2, 2]);
    const copy = own.row(1).copy();
    own.set(99, 1, 0);
    expect(copy.at(0)).toBe(2);
    expect(copy.data.buffer.byteLength).toBe(4);
  });
});

describe('other libraries', () => {
  test('an ndarray of npm wraps an NdArray without a copy: both write the same memory', () => {
    const ours = new NdArray(new Float64Array(6), [2, 3]);
    const theirs = ndarray(ours.data, [...ours.shape]);
    theirs.set(1, 2, 5);
    expect(ours.at(1, 2)).toBe(5);
    ours.set(7, 0, 1);
    expect(theirs.get(0, 1)).toBe(7);
    expect(theirs.data.buffer).toBe(ours.data.buffer);
  });

  test('an NdArray wraps an ndarray of npm without a copy, and so do the rows of both', () => {
    const theirs = ndarray(new Float32Array(12), [3, 4]);
    const ours = new NdArray(theirs.data, theirs.shape);
    ours.set(1.5, 2, 3);
    expect(theirs.get(2, 3)).toBe(1.5);
    theirs.pick(1).set(0, 2.5);
    expect(ours.row(1).at(0)).toBe(2.5);
    expect(ours.data.buffer).toBe(theirs.data.buffer);
  });

  test('a deep comparison sees the elements', () => {
    deepStrictEqual(new NdArray(ramp(4), [2, 2]), new NdArray(ramp(4), [2, 2]));
    notDeepStrictEqual(new NdArray(ramp(4), [2, 2]), new NdArray(new Uint16Array(4), [2, 2]));
    expect(new NdArray(ramp(4), [2, 2])).not.toEqual(new NdArray(new Uint16Array(4), [2, 2]));
  });

  test('an array of another copy of the package is one', () => {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const other = require('../../../src/values/nd-array') as { NdArray: typeof NdArray };
      expect(other.NdArray).not.toBe(NdArray);
      expect(NdArray.is(new other.NdArray(ramp(1)))).toBe(true);
    });
    expect(NdArray.is({ data: ramp(1), shape: [1] })).toBe(false);
    expect(NdArray.is(null)).toBe(false);
  });
});
