import fc from 'fast-check';
import { HeaderPage, type SegmentHeader } from '../../../src/segments/header';
import { SEGMENT_BYTES } from '../../../src/segments/memory';

const header: SegmentHeader = { bytes: 1000, pid: 42, token: new Uint8Array(16).fill(7), generation: 3 };

function page(): ArrayBuffer {
  return new ArrayBuffer(4096);
}

test('a header reads as it was written, whatever its numbers', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: SEGMENT_BYTES }),
      fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.maxSafeNat(),
      (bytes, pid, token, generation) => {
        const memory = page();
        new HeaderPage(memory).write({ bytes, pid, token, generation });
        expect(new HeaderPage(memory).check(bytes)).toEqual({ bytes, pid, token, generation });
      },
    ),
  );
});

test('the layout is the one that stands in the source', () => {
  const memory = page();
  new HeaderPage(memory).write({ ...header, generation: 2 ** 53 - 1 });
  const shown = Buffer.from(memory, 0, 64).toString('hex').match(/.{16}/g);
  expect(shown).toEqual([
    '73616d65626f7800',
    '0100000000100000',
    'e803000000000000',
    '2a00000000000000',
    '0707070707070707',
    '0707070707070707',
    'ffffffffffff1f00',
    '0000000000000000',
  ]);
});

const broken: [string, (memory: ArrayBuffer) => void][] = [
  ['nothing in it', (memory) => new Uint8Array(memory).fill(0)],
  ['another magic', (memory) => (new Uint8Array(memory)[0] = 1)],
  ['another version', (memory) => (new Uint32Array(memory)[2] = 2)],
  ['another length of its own', (memory) => (new Uint32Array(memory)[3] = 8192)],
  ['another length of the data', (memory) => (new BigUint64Array(memory)[2] = 1001n)],
  ['a generation beyond 2^53', (memory) => (new BigUint64Array(memory)[6] = 2n ** 53n)],
];

test.each(broken)('a header with %s is refused', (_what, change) => {
  const memory = page();
  new HeaderPage(memory).write(header);
  change(memory);
  expect(() => new HeaderPage(memory).check(1000)).toThrow(
    expect.objectContaining({ code: 'PROTOCOL' }) as Error,
  );
});

test('a generation that a number does not hold exactly is not written', () => {
  const written = new HeaderPage(page());
  for (const generation of [2 ** 53, -1, 0.5, NaN]) {
    expect(() => (written.generation = generation)).toThrow(RangeError);
  }
});
