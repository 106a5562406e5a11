import { inspect } from 'node:util';
import { NdArray } from '../../../src/values/nd-array';
import { DTYPES, ndArrayOf } from '../../support/values';

const lines = (...all: string[]): string => all.join('\n');

test('an array is shown with its dtype, its shape, and its elements in aligned columns', () => {
  const array = new NdArray(
    Uint16Array.from({ length: 12 }, (_, at) => at * at),
    [3, 4],
  );
  const text = lines(
    'NdArray uint16 [3, 4]',
    '  [[  0,   1,   4,   9],',
    '   [ 16,  25,  36,  49],',
    '   [ 64,  81, 100, 121]]',
  );
  expect(String(array)).toBe(text);
  expect(inspect(array)).toBe(text);
});

test('the points of floats stand below each other', () => {
  expect(String(new NdArray(new Float64Array([1, -22.25, 0.1 + 0.2, NaN]), [2, 2]))).toBe(
    lines('NdArray float64 [2, 2]', '  [[  1   , -22.25],', '   [  0.3 , NaN   ]]'),
  );
});

test('matrices of a stack have a blank line between them', () => {
  expect(String(new NdArray(new Int8Array([1, -2, 3, 4]), [2, 1, 2]))).toBe(
    lines('NdArray int8 [2, 1, 2]', '  [[[ 1, -2]],', '', '   [[ 3,  4]]]'),
  );
});

test('of a big array the first and last three of each dimension are shown', () => {
  const array = new NdArray(
    Uint32Array.from({ length: 10_000 }, (_, at) => at),
    [100, 100],
  );
  expect(String(array)).toBe(
    lines(
      'NdArray uint32 [100, 100]',
      '  [[   0,    1,    2, ...,   97,   98,   99],',
      '   [ 100,  101,  102, ...,  197,  198,  199],',
      '   [ 200,  201,  202, ...,  297,  298,  299],',
      '   ...,',
      '   [9700, 9701, 9702, ..., 9797, 9798, 9799],',
      '   [9800, 9801, 9802, ..., 9897, 9898, 9899],',
      '   [9900, 9901, 9902, ..., 9997, 9998, 9999]]',
    ),
  );
});

test('a long row is broken into lines', () => {
  const text = String(new NdArray(new Float64Array(200).fill(0.125), [200]));
  expect(text.split('\n').length).toBeGreaterThan(10);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(101);
});

test('complex numbers, float16 and 64-bit integers are shown as such', () => {
  expect(String(new NdArray(new Float32Array([1, -2, 0.1, 30]), [2], 'complex64'))).toBe(
    lines('NdArray complex64 [2]', '  [   1-2i, 0.1+30i]'),
  );
  expect(String(new NdArray(new Uint16Array([0x3c00, 0x2e66]), [2], 'float16'))).toBe(
    lines('NdArray float16 [2]', '  [1      , 0.09998]'),
  );
  expect(String(new NdArray(new BigInt64Array([1n, -(2n ** 62n)]), [2]))).toBe(
    lines('NdArray int64 [2]', '  [                   1, -4611686018427387904]'),
  );
});

test('a single number and no number at all have a text', () => {
  expect(String(new NdArray(new Float64Array([1.5]), []))).toBe('NdArray float64 []\n  1.5');
  expect(String(new NdArray(new Uint8Array(0), [3, 0]))).toBe('NdArray uint8 [3, 0]\n  []');
});

test.each(DTYPES)('%s is shown in any number of dimensions, small and big', (dtype) => {
  for (const shape of [[], [0], [1], [3], [400], [2, 3], [20, 20], [2, 2, 2], [7, 8, 9], [2, 1, 2, 1, 2]]) {
    const text = String(ndArrayOf(dtype, shape, 1));
    expect(text.split('\n')[0]).toBe(`NdArray ${dtype} [${shape.join(', ')}]`);
    expect(text).not.toContain('undefined');
    expect(text.length).toBeLessThan(20_000);
  }
});

test('within other values an array is indented, and too deep only named', () => {
  const array = new NdArray(new Uint8Array([1, 2]), [2, 1]);
  expect(inspect({ a: { frame: array } })).toMatch(/frame: NdArray uint8 \[2, 1\]\n +\[\[1\],\n +\[2\]\]/);
  expect(inspect([[[[array]]]], { depth: 3 })).toContain('[NdArray uint8 [2, 1]]');
});
