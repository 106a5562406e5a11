import { Decoder } from 'cbor-x';
import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { ByteWriter } from '../../../src/cbor/byte-writer';
import { decodeValue } from '../../../src/cbor/decode';
import { encodeValue } from '../../../src/cbor/encode';
import { SameboxError } from '../../../src/errors';
import { Complex } from '../../../src/values/complex';
import { NdArray } from '../../../src/values/nd-array';
import { anyValue } from '../../support/values';

function encode(value: unknown, attachments?: Uint8Array[]): Buffer {
  const writer = new ByteWriter(64);
  writer.begin();
  encodeValue(writer, value, attachments, 'args');
  return Buffer.concat(writer.take());
}

function roundTrip(value: unknown): unknown {
  const attachments: Uint8Array[] = [];
  const bytes = encode(value, attachments);
  return decodeValue(
    bytes,
    attachments.map((attachment) => attachment.slice()),
  );
}

function failure(act: () => unknown): SameboxError {
  try {
    act();
  } catch (error) {
    if (error instanceof SameboxError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

test('any value of the table survives, with and without attachments', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(roundTrip(value)).toStrictEqual(value);
      expect(decodeValue(encode(value))).toStrictEqual(value);
    }),
    { numRuns: 500 },
  );
});

test('what is encoded is plain CBOR: another library reads the same', () => {
  const other = new Decoder({ useRecords: false, mapsAsObjects: true });
  const value = {
    a: [1, -2, 3.5, 'häß', null, true, undefined],
    b: { c: 2 ** 31, d: -(2 ** 31) },
    e: new Date(1500),
  };
  expect(other.decode(encode(value))).toEqual(value);
  expect(other.decode(encode(new Float64Array([1, 2])))).toEqual(new Float64Array([1, 2]));
  expect(other.decode(encode(new Set([1])))).toEqual(new Set([1]));
  expect(other.decode(encode(2n ** 70n))).toBe(2n ** 70n);
});

test('what other libraries send is read: half and single floats, big-endian arrays, text dates, 64-bit integers', () => {
  expect(decodeValue(hex('f9 3e00'))).toBe(1.5);
  expect(decodeValue(hex('f9 7c00'))).toBe(Infinity);
  expect(decodeValue(hex('f9 0001'))).toBe(2 ** -24);
  expect(decodeValue(hex('fa 3fc00000'))).toBe(1.5);
  expect(decodeValue(hex('d8 41 44 0001 0002'))).toEqual(new Uint16Array([1, 2]));
  expect(decodeValue(hex('d8 52 48 3ff8000000000000'))).toEqual(new Float64Array([1.5]));
  expect(decodeValue(hex('1b ffffffffffffffff'))).toBe(2n ** 64n - 1n);
  expect(decodeValue(hex('3b 001fffffffffffff'))).toBe(-(2n ** 53n));
  expect(decodeValue(hex('a1 01 02'))).toEqual(new Map([[1, 2]]));
  expect(decodeValue(Buffer.concat([hex('c0 74'), Buffer.from('2026-11-20T12:00:00Z')]))).toEqual(
    new Date('2026-11-20T12:00:00Z'),
  );
});

test('-0, NaN, __proto__ and null prototypes are data', () => {
  expect(Object.is(roundTrip(-0), -0)).toBe(true);
  const bare = Object.create(null) as Record<string, unknown>;
  bare['__proto__'] = { polluted: true };
  const back = roundTrip(bare) as Record<string, unknown>;
  expect(Object.hasOwn(back, '__proto__')).toBe(true);
  expect((back as { polluted?: boolean }).polluted).toBeUndefined();
});

test('of an object its own names are sent, also where every object was given one', () => {
  const value = { a: 1, b: { c: 2 } };
  const before = encode(value);
  const inherited = Object.prototype as Record<string, unknown>;
  inherited['everywhere'] = 1;
  try {
    expect(encode(value).equals(before)).toBe(true);
  } finally {
    delete inherited['everywhere'];
  }
});

test('an object whose names change while it is read is refused', () => {
  const shrinking = {
    get a() {
      delete (this as { b?: number }).b;
      return 1;
    },
    b: 2,
  };
  expect(failure(() => encode(shrinking))).toMatchObject({
    code: 'UNENCODABLE',
    message: expect.stringContaining('changed') as string,
  });
});

test('a Buffer arrives as a Uint8Array, and objects of another realm as objects', () => {
  expect(roundTrip(Buffer.from('abc'))).toEqual(new Uint8Array([97, 98, 99]));
  expect(roundTrip(runInNewContext('({ a: [1, new Map([[1, 2]])] })'))).toEqual({
    a: [1, new Map([[1, 2]])],
  });
});

class Custom {
  a = 1;
}
class MyMap extends Map<unknown, unknown> {}

const cyclic: Record<string, unknown> = { name: 'x', list: [] };
(cyclic['list'] as unknown[]).push({ up: cyclic });

const refused: [string, unknown, string][] = [
  ['a function', { gain: { table: () => 1 } }, 'args.gain.table'],
  ['a symbol', [Symbol('x')], 'args[0]'],
  ['a class instance', [1, new Custom()], 'args[1]'],
  ['an Error', { e: new Error('x') }, 'args.e'],
  ['a RegExp', [/x/], 'args[0]'],
  ['a Promise', [Promise.resolve()], 'args[0]'],
  ['a WeakMap', [new WeakMap()], 'args[0]'],
  ['an ArrayBuffer', { a: new ArrayBuffer(2) }, 'args.a'],
  ['a DataView', { a: new DataView(new ArrayBuffer(2)) }, 'args.a'],
  ['a boxed number', [Object(1)], 'args[0]'],
  ['a subclass of Map', [new MyMap()], 'args[0]'],
  ['a lone surrogate', ['\ud800'], 'args[0]'],
  ['a lone surrogate in a key', { a: { '\ud800': 1 } }, 'args.a["\\ud800"]'],
  ['a symbol key', { a: { [Symbol('s')]: 1 } }, 'args.a'],
  ['an invalid Date', [new Date(NaN)], 'args[0]'],
  ['a hole', { a: [, 1] }, 'args.a[0]'],
  ['a value in a Map', new Map([['k', () => 1]]), 'args.get("k")'],
  ['a key in a Map', new Map([[() => 1, 1]]), 'args.keys()[0]'],
  ['a member of a Set', [new Set([1, () => 1])], 'args[0].keys()[1]'],
  ['an odd key', { 'a b': () => 1 }, 'args["a b"]'],
  ['a cycle', [cyclic], 'args[0].list[0].up'],
  [
    'a getter that throws',
    {
      get bad(): number {
        throw new Error('no');
      },
    },
    'args.bad',
  ],
];

test.each(refused)('%s is UNENCODABLE and the error names its path', (_name, value, path) => {
  const error = failure(() => encode(value));
  expect(error.code).toBe('UNENCODABLE');
  expect(error.details['path']).toBe(path);
});

test('a cycle is told from mere depth', () => {
  expect(failure(() => encode([cyclic])).message).toBe('args[0].list[0].up refers back to args[0]');
  let deep: unknown = 1;
  for (let i = 0; i < 100; i++) deep = [deep];
  expect(failure(() => encode(deep)).details['reason']).toBe('is nested too deeply');
});

test('an unencodable value anywhere in a valid one is found', () => {
  fc.assert(
    fc.property(anyValue, fc.array(fc.string({ minLength: 1 }), { maxLength: 5 }), (value, keys) => {
      let nested: unknown = () => 1;
      for (const key of keys) nested = { before: value, [`k${key}`]: nested };
      const error = failure(() => encode([value, nested]));
      expect(error.code).toBe('UNENCODABLE');
      expect(error.message).toMatch(/^args\[1\]/);
    }),
  );
});

test('any mutation of valid bytes gives a value or a SameboxError', () => {
  const mutation = fc.record({
    at: fc.nat(),
    byte: fc.nat(255),
    cut: fc.nat(),
    insert: fc.uint8Array({ maxLength: 4 }),
  });
  fc.assert(
    fc.property(anyValue, fc.array(mutation, { minLength: 1, maxLength: 4 }), (value, mutations) => {
      let bytes = encode(value);
      for (const { at, byte, cut, insert } of mutations) {
        const place = at % Math.max(1, bytes.length);
        bytes = Buffer.concat([
          bytes.subarray(0, place),
          insert,
          Buffer.from([byte]),
          bytes.subarray(place + 1),
        ]);
        if (cut % 3 === 0) bytes = bytes.subarray(0, cut % (bytes.length + 1));
      }
      try {
        decodeValue(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(SameboxError);
      }
    }),
    { numRuns: 3000 },
  );
});

test('random bytes give a value or a SameboxError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeValue(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(SameboxError);
      }
    }),
    { numRuns: 3000 },
  );
});

describe('bombs cost no memory', () => {
  const bombs: [string, Buffer][] = [
    ['an array that claims 2^32 items', hex('9a ffffffff')],
    ['an array that claims 2^64 items', hex('9b ffffffffffffffff')],
    ['a map that claims 2^31 entries', hex('ba 7fffffff')],
    ['a text of 4 GiB', hex('7a ffffffff 61')],
    ['bytes of 4 GiB', hex('5a ffffffff 61')],
    ['nested arrays', Buffer.alloc(20_000, 0x81)],
    [
      'nested arrays that each claim all the rest',
      Buffer.concat(Array.from({ length: 10_000 }, () => hex('99 7fff'))),
    ],
    ['nested tags', Buffer.alloc(20_000, 0xc2)],
    ['an indefinite array', Buffer.alloc(20_000, 0x9f)],
    ['ten million empty arrays', Buffer.concat([hex('9a 00989680'), Buffer.alloc(10_000_000, 0x80)])],
    ['a million empty byte strings', Buffer.concat([hex('9a 000f4240'), Buffer.alloc(1_000_000, 0x40)])],
    [
      'a set of 20,000 numbers, which could all have one hash',
      Buffer.concat([hex('d90102 99 4e20'), Buffer.alloc(20_000 * 3, hex('19 0101'))]),
    ],
    ['four million texts', Buffer.concat([hex('9a 003d0900'), Buffer.alloc(4_000_000, 0x60)])],
    ['a huge shape', hex('d828 82 82 1b 001fffffffffffff 1b 001fffffffffffff 40')],
  ];
  test.each(bombs)('%s', (_name, bytes) => {
    const before = process.memoryUsage().heapUsed;
    const error = failure(() => decodeValue(bytes));
    expect(['PROTOCOL', 'TOO_LARGE']).toContain(error.code);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(150e6);
  });
});

test('a decoded binary shares no memory with the frame it came in', () => {
  const bytes = encode(new Uint8Array([1, 2, 3]));
  const value = decodeValue(bytes) as Uint8Array;
  bytes.fill(0);
  expect(value).toEqual(new Uint8Array([1, 2, 3]));
  expect(value.buffer.byteLength).toBe(3);
});

test('an attachment must be named once and in order', () => {
  const one = new Uint8Array(5000).fill(1);
  const attachments: Uint8Array[] = [];
  const bytes = encode([one, one], attachments);
  expect(attachments).toHaveLength(2);
  expect(failure(() => decodeValue(bytes, [one])).code).toBe('PROTOCOL');
  expect(failure(() => decodeValue(bytes, [one, one, one])).code).toBe('PROTOCOL');
  expect(failure(() => decodeValue(hex('82 d95342 01 d95342 00'), [one, one])).code).toBe('PROTOCOL');
});

test('complex numbers and n-dimensional arrays arrive as such', () => {
  const frame = new NdArray(
    Uint16Array.from({ length: 6 }, (_, i) => i),
    [2, 3],
  );
  const back = roundTrip({ frame, z: new Complex(1, -2) }) as { frame: NdArray; z: Complex };
  expect(back.frame.at(1, 2)).toBe(5);
  expect(back.frame.dtype).toBe('uint16');
  expect(back.z.toString()).toBe('1-2i');
});
