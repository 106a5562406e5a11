import { ByteWriter } from '../../../src/cbor';

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
