import { PNG } from 'pngjs';
import { arrayOf } from '../../../../client/cli/array-of';
import { pngFile, type PngFile } from '../../../../client/cli/save/png';
import { numberToHalf } from '../../../../src/values/float16';
import { NdArray } from '../../../../src/values/nd-array';

function file(value: unknown): PngFile {
  const array = arrayOf(value);
  if (array === undefined) throw new Error('no array');
  return pngFile(array);
}

/** Width, height, bits and colour type, as the header says (PNG specification, 11.2.1). */
function head(bytes: Uint8Array): number[] {
  const view = Buffer.from(bytes);
  return [view.readUInt32BE(16), view.readUInt32BE(20), view.readUInt8(24), view.readUInt8(25)];
}

/** The first channel of every pixel. */
function grey(bytes: Uint8Array): number[] {
  const { data } = PNG.sync.read(Buffer.from(bytes), { skipRescale: true });
  return Array.from({ length: data.length / 4 }, (_, at) => data[4 * at] ?? -1);
}

describe('.png files', () => {
  test('uint16 is 16-bit grey with the very counts', () => {
    const counts = Uint16Array.of(0, 1, 256, 1000, 41234, 65535);
    const { bytes, scale } = file(new NdArray(counts, [2, 3]));
    expect(head(bytes)).toEqual([3, 2, 16, 0]);
    expect(grey(bytes)).toEqual([...counts]);
    expect(scale).toBeUndefined();
  });

  test('uint8 is 8-bit grey, with three channels RGB, with four RGBA', () => {
    expect(head(file(new NdArray(new Uint8Array(6), [2, 3])).bytes)).toEqual([3, 2, 8, 0]);
    const rgb = file(new NdArray(Uint8Array.of(1, 2, 3, 4, 5, 6), [1, 2, 3])).bytes;
    expect(head(rgb)).toEqual([2, 1, 8, 2]);
    expect([...PNG.sync.read(Buffer.from(rgb)).data]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
    expect(head(file(new NdArray(new Uint8Array(8), [1, 2, 4])).bytes)).toEqual([2, 1, 8, 6]);
  });

  test('other numbers are scaled from least to greatest, and it is told how', () => {
    const { bytes, scale } = file(new NdArray(Float32Array.of(-1, 0, 1, 3), [2, 2]));
    expect(head(bytes)).toEqual([2, 2, 16, 0]);
    expect(grey(bytes)).toEqual([0, 16384, 32768, 65535]);
    expect(scale).toEqual({ black: -1, white: 3, nan: 0 });
    expect(file(new NdArray(BigInt64Array.of(5n, 9n), [1, 2])).scale).toEqual({ black: 5, white: 9, nan: 0 });
    const halves = Uint16Array.of(numberToHalf(0.5), numberToHalf(-2));
    expect(file(new NdArray(halves, [1, 2], 'float16')).scale).toEqual({ black: -2, white: 0.5, nan: 0 });
  });

  test('NaN is black and counted, infinities are black or white, equal numbers all black', () => {
    const { bytes, scale } = file(new NdArray(Float64Array.of(NaN, 1, 2, Infinity, -Infinity, NaN), [2, 3]));
    expect(grey(bytes)).toEqual([0, 0, 65535, 65535, 0, 0]);
    expect(scale).toEqual({ black: 1, white: 2, nan: 2 });
    expect(grey(file(new NdArray(Int32Array.of(7, 7), [1, 2])).bytes)).toEqual([0, 0]);
    expect(grey(file(new NdArray(Float32Array.of(NaN, NaN), [1, 2])).bytes)).toEqual([0, 0]);
  });

  test('a view into shared memory is written from where it begins', () => {
    const view = Uint16Array.of(9, 9, 1, 2, 3, 4).subarray(2);
    expect(grey(file(new NdArray(view, [2, 2])).bytes)).toEqual([1, 2, 3, 4]);
  });

  test.each([
    [new Float32Array(3)],
    [new NdArray(new Float32Array(24), [2, 3, 4])],
    [new NdArray(new Uint16Array(6), [1, 2, 3])],
    [new NdArray(new Uint8Array(0), [0, 5])],
    [new NdArray(new Float32Array(8), [2, 2], 'complex64')],
  ])('an array that is no picture is refused, with its type and shape', (value) => {
    expect(() => file(value)).toThrow(
      /\.png needs .* this is \w+ of shape \(.*\)\. A \.npy takes every array/,
    );
  });
});
