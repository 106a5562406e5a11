import { jsonForm, jsonText } from '../../../client/cli/json-form';
import { showValue } from '../../../client/cli/show-value';
import { Complex } from '../../../src/values/complex';
import { NdArray } from '../../../src/values/nd-array';

const plain = { colours: false, width: 80 };

describe('values as JSON', () => {
  test.each([
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [undefined, null],
    [10n ** 20n, '100000000000000000000'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(NaN), null],
    [new Map([['a', 1n]]), [['a', '1']]],
    [new Set([1, NaN]), [1, 'NaN']],
    [new Complex(1, -2), { re: 1, im: -2 }],
    [new Uint8Array([1, 2]), [1, 2]],
    [new Float64Array([0.5, NaN]), [0.5, 'NaN']],
    [new BigInt64Array([1n]), ['1']],
    [
      new NdArray(new Uint16Array([1, 2, 3, 4]), [2, 2]),
      { shape: [2, 2], dtype: 'uint16', data: [1, 2, 3, 4] },
    ],
    [{ a: undefined, b: { c: [undefined] } }, { b: { c: [null] } }],
  ])('%p has a JSON form', (value, form) => {
    expect(jsonForm(value)).toEqual(form);
  });

  test('every value becomes one line', () => {
    expect(jsonText('a\nb')).toBe('"a\\nb"');
    expect(jsonText({ x: [1, 2] })).toBe('{"x":[1,2]}');
  });
});

describe('values for people', () => {
  test('a text on its own stands without quotes, within others with them', () => {
    expect(showValue('samebox,SIM-1', plain)).toBe('samebox,SIM-1');
    expect(showValue(['a'], plain)).toBe("[ 'a' ]");
    expect(showValue('a', { ...plain, bareText: false })).toBe("'a'");
  });

  test('an array of numbers is told by shape, type, extremes, mean and its first values', () => {
    const frame = new NdArray(
      Uint16Array.from({ length: 12 }, (_, at) => at),
      [3, 4],
    );
    expect(showValue(frame, plain)).toBe(
      'NdArray uint16 [3, 4] min 0, max 11, mean 5.5\n  0, 1, 2, 3, 4, 5, 6, 7, ...',
    );
    expect(showValue(new Float32Array([1.5, NaN]), plain)).toBe(
      'Float32Array [2] min 1.5, max 1.5, mean 1.5, 1 NaN\n  1.5, NaN',
    );
    expect(showValue(new Uint8Array(0), plain)).toBe('Uint8Array [0] empty');
  });

  test('of complex numbers the magnitudes are told, of float16 the numbers that its bits are', () => {
    const phasors = new NdArray(new Float32Array([3, 4, 0, -0.5]), [2], 'complex64');
    expect(showValue(phasors, plain)).toBe(
      'NdArray complex64 [2] magnitudes min 0.5, max 5, mean 2.75\n  3+4i, 0-0.5i',
    );
    const halves = new NdArray(new Uint16Array([0x3c00, 0xc100]), [2], 'float16');
    expect(showValue(halves, plain)).toBe('NdArray float16 [2] min -2.5, max 1, mean -0.75\n  1, -2.5');
  });

  test('an array that was released is only named', () => {
    const array = new NdArray(new Uint16Array(4), [2, 2]);
    array.release();
    expect(showValue({ array }, plain)).toContain('NdArray uint16 [2, 2] given back');
  });

  test('arrays within objects are told in short too', () => {
    const shown = showValue(
      { frame: new NdArray(new Uint16Array(1e6), [1000, 1000]), z: new Complex(1, 2) },
      plain,
    );
    expect(shown).toContain('NdArray uint16 [1000, 1000] min 0, max 0, mean 0');
    expect(shown).toContain('1+2i');
    expect(shown.length).toBeLessThan(200);
  });

  test('colours appear only where they are wanted', () => {
    expect(showValue(1, plain)).toBe('1');
    expect(showValue(1, { ...plain, colours: true })).toBe('\u001B[33m1\u001B[39m');
  });
});

test('the JSON form of float16 is its numbers, whatever holds them, and of complex arrays their parts', () => {
  const half = new NdArray(new Uint16Array([0x3c00, 0xc000, 0x7e00]), [3], 'float16');
  expect(jsonForm(half)).toEqual({ shape: [3], dtype: 'float16', data: [1, -2, 'NaN'] });
  const complex = new NdArray(new Float32Array([1, 2, 3, Infinity]), [2], 'complex64');
  expect(jsonForm(complex)).toEqual({ shape: [2], dtype: 'complex64', data: [1, 2, 3, 'Infinity'] });
});
