import fc from 'fast-check';
import { ByteWriter } from '../../../src/cbor/byte-writer';
import { decodeValue } from '../../../src/cbor/decode';
import { SameboxError } from '../../../src/errors';
import {
  FrameDecoder,
  KIND,
  NO_ATTACHMENTS,
  writeFrame,
  type CallHead,
  type ChunkHead,
  type Head,
  EncodedBody,
} from '../../../src/frames';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { NO_PLACER, placing, referring } from '../../support/placers';
import { anyValue } from '../../support/values';

interface Seen {
  head: Head;
  body: Buffer;
  inline: readonly Uint8Array[];
}

/** Decodes pieces; transfers are collected by number. */
function decode(
  pieces: readonly Buffer[],
  limits = DEFAULT_LIMITS,
): { frames: Seen[]; transfers: Map<number, Buffer> } {
  const frames: Seen[] = [];
  const transfers = new Map<number, Buffer>();
  let target = Buffer.alloc(0);
  const decoder = new FrameDecoder(limits, {
    onFrame: (head, body, inline) => frames.push({ head, body: Buffer.from(body), inline }),
    chunkTarget: (_head, length) => (target = Buffer.alloc(length)),
    onChunk: ([, transfer]) =>
      transfers.set(transfer, Buffer.concat([transfers.get(transfer) ?? Buffer.alloc(0), target])),
  });
  for (const piece of pieces) decoder.push(piece);
  return { frames, transfers };
}

/** The same as text: comparing typed arrays element by element takes too long. */
const comparable = ({ frames }: { frames: Seen[] }): string[] =>
  frames.map(
    ({ head, body, inline }) =>
      JSON.stringify(head) + [body, ...inline].map((b) => Buffer.from(b).toString('hex')).join(),
  );

const callHead = (id: number, target = 'pm'): CallHead => [
  KIND.call,
  id,
  0,
  target,
  'readVoltage',
  10_000,
  id - 1,
  0,
  0,
  NO_ATTACHMENTS,
];

function encode(values: readonly unknown[], transfers: Uint8Array[] = []): Buffer {
  const writer = new ByteWriter(256);
  values.forEach((value, index) =>
    writeFrame(
      writer,
      callHead(index + 1),
      { value, root: 'args' },
      DEFAULT_LIMITS,
      placing((bytes) => [transfers.push(bytes) - 1, bytes.length]),
    ),
  );
  return Buffer.concat(writer.take());
}

/** Cuts at the given places. */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, index) =>
    bytes.subarray(index === 0 ? 0 : places[index - 1], end),
  );
}

test('any split of the byte stream gives the same frames', () => {
  fc.assert(
    fc.property(
      fc.array(anyValue, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (values, cuts) => {
        const bytes = encode(values);
        const whole = decode([bytes]);
        expect(comparable(decode(split(bytes, cuts)))).toEqual(comparable(whole));
        whole.frames.forEach(({ head, body, inline }, index) => {
          expect(head.slice(0, 7)).toEqual(callHead(index + 1).slice(0, 7));
          expect(decodeValue(body, inline)).toStrictEqual(values[index]);
        });
      },
    ),
    { numRuns: 200 },
  );
});

test('frames that come byte by byte are the same', () => {
  const bytes = encode([[1, 'two'], new Float64Array(600)]);
  const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  expect(decode(single)).toStrictEqual(decode([bytes]));
});

test('inline attachments start at multiples of 64 and own their memory', () => {
  const bytes = encode([[new Uint8Array(5000).fill(7), new Float32Array(2000).fill(0.5)]]);
  const length = bytes.length;
  expect((length - 8000) % 64).toBe(0);
  const { frames } = decode([bytes]);
  const [, second] = decodeValue(frames[0]!.body, frames[0]!.inline) as [Uint8Array, Float32Array];
  expect(second[1999]).toBe(0.5);
  expect(second.buffer.byteLength).toBe(8000);
});

test('a large attachment becomes a transfer, and the head says its number and length', () => {
  const transfers: Uint8Array[] = [];
  const bytes = encode([new Uint8Array(100_000)], transfers);
  expect(bytes.length).toBeLessThan(100);
  expect(transfers[0]).toHaveLength(100_000);
  expect(decode([bytes]).frames[0]!.head.at(-1)).toEqual([4, [0, 100_000]]);
});

test('an attachment that lies in a segment is referred to, whatever its size, after the frames that introduce it', () => {
  const writer = new ByteWriter();
  const grant: Head = [KIND.grant, 3, 0, 65536, 'memfd:1:2'];
  const [small, large, inline] = [5000, 100_000, 6000].map((length) => new Uint8Array(length));
  const placer = referring([[3, 1, 0, 5000], [3, 1, 5000, 100_000], undefined], [grant]);
  writeFrame(writer, callHead(1), { value: [small, large, inline], root: 'args' }, DEFAULT_LIMITS, placer);
  const { frames } = decode([Buffer.concat(writer.take())]);
  expect(frames.map(({ head }) => head[0])).toEqual([KIND.grant, KIND.call]);
  expect(frames[0]!.head).toEqual(grant);
  expect(frames[1]!.head.at(-1)).toEqual([13, [3, 1, 0, 5000], [3, 1, 5000, 100_000], 6000]);
  expect(frames[1]!.inline.map(({ length }) => length)).toEqual([6000]);
});

test('a chunk goes straight into its target however it is cut', () => {
  const payload = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i % 251));
  const head: ChunkHead = [KIND.chunk, 9, 0, 0];
  const writer = new ByteWriter();
  writeFrame(writer, head, EncodedBody.of(payload, []), DEFAULT_LIMITS, NO_PLACER);
  const bytes = Buffer.concat(writer.take());
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 6 }), (cuts) => {
      expect(decode(split(bytes, cuts)).transfers.get(9)!.equals(payload)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('what fails to encode leaves nothing behind in the stream', () => {
  const writer = new ByteWriter(64);
  const write = (value: unknown): unknown =>
    writeFrame(writer, callHead(1), { value, root: 'args' }, DEFAULT_LIMITS, NO_PLACER);
  write([1]);
  expect(() => write(['x'.repeat(500), () => 1])).toThrow(SameboxError);
  write([2]);
  expect(decode(writer.take()).frames.map(({ body }) => decodeValue(body))).toEqual([[1], [2]]);
});

test('a body over the receiver’s limit is TOO_LARGE and never written', () => {
  const writer = new ByteWriter();
  const limits = { ...DEFAULT_LIMITS, frameBytes: 1000 };
  expect(() =>
    writeFrame(writer, callHead(1), { value: 'x'.repeat(2000), root: 'args' }, limits, NO_PLACER),
  ).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  expect(writer.take()).toEqual([]);
});

test('elements after those that a kind has are passed over', () => {
  const later = Buffer.from(
    '00000015' + '0013' + '85' + '04' + '07' + '00' + '80' + 'a26161820102616245aabbccddee' + 'f6',
    'hex',
  );
  const exact = Buffer.from(later);
  exact.writeUInt32BE(exact.length - 4);
  exact.writeUInt16BE(exact.length - 6 - 1, 4);
  expect(decode([exact]).frames[0]!.head).toEqual([KIND.result, 7, 0, []]);
});

const bad: [string, string][] = [
  ['an oversize length', 'ffffffff'],
  ['an empty frame', '00000000 0000'],
  ['a head longer than its frame', '00000005 0010 8304 00'],
  ['an endless head', '00100000 ffff'],
  ['a head that is no array', '00000004 0002 6161'],
  ['an unknown kind', '00000007 0004 83 18ff 00 00'],
  ['too few elements', '00000005 0003 82 04 01'],
  ['a text where there is a number', '00000007 0005 84 04 6161 00 80'],
  ['a number over 2^53', '00000010 000d 84 04 1bffffffffffffffff 00 80'],
  ['lengths that do not add up', '0000000b 0008 84 04 01 00 82 01 1864 00'],
];
test.each(bad)('%s ends the stream with a SameboxError', (_name, hex) => {
  const bytes = Buffer.concat([Buffer.from(hex.replace(/ /g, ''), 'hex'), Buffer.alloc(64)]);
  expect(() => decode([bytes])).toThrow(SameboxError);
  expect(() => decode(split(bytes, [1, 2, 3, 5, 7, 9]))).toThrow(SameboxError);
});

test('any mutation of a valid stream gives frames or a SameboxError, in bounded memory', () => {
  fc.assert(
    fc.property(
      anyValue,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat()),
      (value, mutations, cuts) => {
        const bytes = encode([value, value]);
        for (const [at, byte] of mutations) bytes[at % bytes.length] = byte;
        try {
          decode(split(bytes, cuts));
        } catch (error) {
          expect(error).toBeInstanceOf(SameboxError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('memory grows with the bytes that came, not with the length that was claimed', () => {
  const before = process.memoryUsage();
  const decoders = Array.from({ length: 200 }, () => {
    const decoder = new FrameDecoder(DEFAULT_LIMITS, {
      onFrame: () => undefined,
      chunkTarget: () => new Uint8Array(0),
      onChunk: () => undefined,
    });
    decoder.push(Buffer.from('03fffff0' + '0010', 'hex'));
    decoder.push(Buffer.alloc(10));
    return decoder;
  });
  expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(4e6);
  expect(decoders).toHaveLength(200);
});
