import { ByteWriter } from '../../../src/cbor/byte-writer';

const KiB = 1024;

/** One piece of so many bytes. */
function write(writer: ByteWriter, length: number, value = 1): void {
  writer.begin();
  writer.raw(new Uint8Array(length).fill(value));
}

test('who writes little holds a small slab, and who writes much a large one, of 64 KiB at most', () => {
  const writer = new ByteWriter();
  expect(writer.bytes.length).toBe(4 * KiB);
  for (let piece = 0; piece < 2000; piece++) write(writer, 60);
  writer.take();
  expect(writer.bytes.length).toBe(64 * KiB);
  write(writer, 500 * KiB);
  writer.take();
  expect(writer.bytes.length).toBe(64 * KiB);
});

test('a slab that is used up follows what was written last', () => {
  const writer = new ByteWriter();
  for (let piece = 0; piece < 2000; piece++) write(writer, 60);
  writer.take();
  // Small pieces, one by one, until the large slab is used up.
  for (let piece = 0; piece < 2000; piece++) {
    write(writer, 60);
    writer.take();
  }
  expect(writer.bytes.length).toBe(4 * KiB);
});

test('what was taken is never written again', () => {
  const writer = new ByteWriter();
  const taken: Buffer[] = [];
  for (let piece = 0; piece < 500; piece++) {
    write(writer, 1 + ((piece * 37) % 300), piece % 251);
    if (piece % 7 === 0) taken.push(...writer.take());
  }
  taken.push(...writer.take());
  const expected = Array.from({ length: 500 }, (_, piece) =>
    Buffer.alloc(1 + ((piece * 37) % 300), piece % 251),
  );
  expect(Buffer.concat(taken).equals(Buffer.concat(expected))).toBe(true);
});

test('what is passed on to who copies is what take would give, piece by piece', () => {
  const passed = (writer: ByteWriter): number[] => {
    const bytes: number[] = [];
    writer.passTo((source, from, to) => {
      for (let at = from; at < to; at++) bytes.push(source[at] as number);
    });
    return bytes;
  };
  const writer = new ByteWriter(16);
  expect(passed(writer)).toEqual([]);
  const all: number[] = [];
  for (let round = 0; round < 2000; round++) {
    writer.begin();
    writer.raw(Uint8Array.of(round, round >> 8, 7));
    all.push(round & 255, round >> 8, 7);
    if (round % 3 === 0) expect(passed(writer)).toEqual(all.splice(0));
  }
  expect(writer.pending).toBe(all.length);
  writer.begin();
  writer.raw(new Uint8Array(200_000).fill(9));
  expect(passed(writer)).toEqual([...all, ...new Array<number>(200_000).fill(9)]);
  expect(writer.pending).toBe(0);
});
