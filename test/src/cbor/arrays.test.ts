import { runInNewContext } from 'node:vm';
import { ByteWriter } from '../../../src/cbor/byte-writer';
import { decodeValue, type Attachment } from '../../../src/cbor/decode';
import { encodeValue } from '../../../src/cbor/encode';
import { SameboxError } from '../../../src/errors';
import { Complex } from '../../../src/values/complex';
import { detach } from '../../../src/values/detach';
import { ELEMENT_TYPES, swapBytes, type DType, type TypedArray } from '../../../src/values/dtypes';
import { forbidUse } from '../../../src/values/forbid-use';
import { NdArray } from '../../../src/values/nd-array';
import { DTYPES, ndArrayOf } from '../../support/values';

function encode(value: unknown, attachments?: Uint8Array[]): Buffer {
  const writer = new ByteWriter();
  writer.begin();
  encodeValue(writer, value, attachments, 'args');
  return Buffer.concat(writer.take());
}

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

/** What stands in the body for attachment 0, under `tag`. */
const attached = (tag: number): Buffer => Buffer.from([0xd8, tag, 0xd9, 0x53, 0x42, 0x00]);

const hasFloat16 = 'Float16Array' in globalThis;

describe('arrays on the wire', () => {
  test.each(DTYPES)('%s crosses in every shape', (dtype) => {
    for (const shape of [[], [0], [5], [2, 3], [2, 0, 3], [2, 2, 2, 2]]) {
      const array = ndArrayOf(dtype, shape, 5);
      expect(decodeValue(encode(array))).toStrictEqual(array);
    }
  });

  const literals: [string, NdArray, string][] = [
    ['uint16', new NdArray(new Uint16Array([1, 2]), [2, 1]), 'd828 82 820201 d845 44 01000200'],
    ['float16', new NdArray(new Uint16Array([0x3c00]), [1], 'float16'), 'd828 82 8101 d854 42 003c'],
    [
      'complex64',
      new NdArray(new Float32Array([1, -2]), [], 'complex64'),
      'd828 82 80 d9a7f9 d855 48 0000803f 000000c0',
    ],
    [
      'complex128',
      new NdArray(new Float64Array([1, 2]), [1], 'complex128'),
      'd828 82 8101 d9a7f9 d856 50 000000000000f03f 0000000000000040',
    ],
  ];
  test.each(literals)('%s has the bytes that the protocol gives it', (_name, array, bytes) => {
    expect(encode(array).toString('hex')).toBe(hex(bytes).toString('hex'));
  });

  test('bare numbers of 16 bits arrive as a Float16Array, or as an NdArray of the bits', () => {
    for (const bytes of [hex('d854 44 003c 00c1'), hex('d850 44 3c00 c100')]) {
      const value = decodeValue(bytes) as NdArray | TypedArray;
      if (hasFloat16) {
        expect(Object.prototype.toString.call(value)).toBe('[object Float16Array]');
        expect([...(value as Float32Array)]).toEqual([1, -2.5]);
      } else {
        expect(value).toStrictEqual(new NdArray(new Uint16Array([0x3c00, 0xc100]), [2], 'float16'));
      }
      expect(decodeValue(encode(value))).toStrictEqual(value);
    }
  });

  test('an array of complex numbers without a shape has one dimension', () => {
    const value = decodeValue(hex('d9a7f9 d851 48 3f800000 c0000000')) as NdArray;
    expect(value).toStrictEqual(new NdArray(new Float32Array([1, -2]), [1], 'complex64'));
    expect(value.at(0)).toEqual(new Complex(1, -2));
  });

  test.each(ELEMENT_TYPES.filter(({ bytes }) => bytes > 1).map((type) => [type.dtype, type] as const))(
    'big-endian %s is read',
    (dtype, type) => {
      const array = ndArrayOf(dtype, [6], 9);
      const little = Buffer.from(encode(array));
      const big = Buffer.from(little);
      expect(big[5]).toBe(0xd8);
      expect(big[6]).toBe(type.tag);
      big[6] = type.bigEndianTag;
      swapBytes(big.subarray(-6 * type.bytes), type.bytes);
      expect(decodeValue(big)).toStrictEqual(array);
    },
  );

  test.each([
    ['complex numbers of integers', 'd9a7f9 d845 44 01000200'],
    ['complex numbers of bytes', 'd9a7f9 44 01000200'],
    ['complex numbers of numbers', 'd9a7f9 82 01 02'],
    ['complex numbers of which one has no imaginary part', 'd9a7f9 d855 44 0000803f'],
    ['complex numbers within complex numbers', 'd9a7f9 d9a7f9 d855 48 0000803f 000000c0'],
    ['a shape of another size', 'd828 82 8103 d9a7f9 d855 48 0000803f 000000c0'],
    ['an n-dimensional array within another', 'd828 82 8102 d828 82 8102 42 0102'],
    ['an array without data', 'd828 81 80'],
    ['an array of numbers', 'd828 82 8101 81 01'],
    ['an extent that is no number', 'd828 82 8161 61 41 01'],
    ['65 dimensions', `d828 82 9841 ${'01'.repeat(65)} 41 01`],
    ['a part of an element', 'd854 43 010203'],
  ])('%s are refused', (_name, bytes) => {
    expect(() => decodeValue(hex(bytes))).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  });

  test('an array of another realm crosses', () => {
    const view = runInNewContext('new Float64Array([1, 2])') as Float64Array;
    expect(decodeValue(encode(view))).toStrictEqual(new Float64Array([1, 2]));
  });
});

describe('attachments', () => {
  const large = (dtype: DType): NdArray => ndArrayOf(dtype, [64, 64], 3);

  test.each(DTYPES)('%s is a view onto the memory of its attachment, which lies anywhere', (dtype) => {
    const array = large(dtype);
    const attachments: Uint8Array[] = [];
    const body = encode(array, attachments);
    expect(body.length).toBeLessThan(40);
    // As in a segment: at an offset, with other data on both sides.
    const [bytes] = attachments as [Uint8Array];
    const memory = new Uint8Array(64 + bytes.length + 64);
    memory.set(bytes, 64);
    const place = memory.subarray(64, 64 + bytes.length);
    const value = decodeValue(body, [place]) as NdArray;
    expect(value).toStrictEqual(array);
    expect(value.data.buffer).toBe(memory.buffer);
    expect(value.data.byteOffset).toBe(64);
  });

  test('bytes are the attachment itself', () => {
    const bytes = new Uint8Array(new ArrayBuffer(9000), 100, 5000);
    const attachments: Uint8Array[] = [];
    const value = decodeValue(encode(bytes, attachments), attachments) as Uint8Array;
    expect(value.buffer).toBe(bytes.buffer);
    expect([value.byteOffset, value.length]).toEqual([100, 5000]);
  });

  test('an array that does not lie at a multiple of its element size is copied', () => {
    const memory = new Uint8Array(100).map((_, at) => at);
    const value = decodeValue(attached(69), [memory.subarray(3, 7)]) as Uint16Array;
    expect(value).toEqual(new Uint16Array([0x0403, 0x0605]));
    expect(value.buffer).not.toBe(memory.buffer);
    expect(decodeValue(attached(72), [memory.subarray(3, 7)])).toHaveProperty('buffer', memory.buffer);
  });

  test('the memory of an attachment is never written: big-endian ones are copied', () => {
    const memory = new Uint8Array(8).map((_, at) => at);
    const value = decodeValue(attached(65), [memory]) as Uint16Array;
    expect(value).toEqual(new Uint16Array([0x0001, 0x0203, 0x0405, 0x0607]));
    expect([...memory]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(value.buffer).not.toBe(memory.buffer);
  });

  test('one that could not be had is its error, as it is, where the body names it', () => {
    const broken = new SameboxError('NO_SPACE', 'the segment is gone', { ran: 'yes' });
    const attachments: Attachment[] = [];
    const body = encode([large('uint16'), large('uint16')], attachments as Uint8Array[]);
    expect(attachments).toHaveLength(2);
    attachments[1] = broken;
    let thrown: unknown;
    try {
      decodeValue(body, attachments);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(broken);
    expect(() => decodeValue(hex('01'), [broken])).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  });
});

describe('an array that has been given back', () => {
  const refusal = { code: 'UNENCODABLE' };

  function path(value: unknown): unknown {
    try {
      encode(value);
    } catch (error) {
      expect(error).toMatchObject(refusal);
      expect((error as Error).message).toMatch(/was on loan and has been given back.*keep\(x\)/);
      return (error as SameboxError).details['path'];
    }
    throw new Error('nothing was thrown');
  }

  test('cannot be sent, and the error names its path and keep', () => {
    const view = new Float64Array(4);
    const array = new NdArray(new Uint16Array(4), [2, 2]);
    void detach(view.buffer);
    array.release();
    expect(path([1, { frame: view }])).toBe('args[1].frame');
    expect(path({ list: [array] })).toBe('args.list[0]');
    forbidUse(view);
    expect(path([view])).toBe('args[0]');
  });

  test('an empty one that has not can', () => {
    expect(decodeValue(encode([new Float64Array(0)]))).toEqual([new Float64Array(0)]);
  });
});
