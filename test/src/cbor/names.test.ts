// Names of heads, as they are read.
import fc from 'fast-check';
import type { DirectBuffer } from '../../../src/cbor/direct-buffer';
import { asciiName } from '../../../src/cbor/names';

const read = (text: string): string | undefined => {
  const bytes = Buffer.from(`<${text}>`) as DirectBuffer;
  return asciiName(bytes, 1, bytes.length - 1);
};

test('ASCII names are read as they are, again and again, also those that share a place', () => {
  const ascii = fc.string({ unit: 'binary-ascii', maxLength: 60 });
  fc.assert(
    fc.property(fc.array(ascii, { maxLength: 1000, size: 'max' }), (names) => {
      for (const name of [...names, ...names]) expect(read(name)).toBe(name);
    }),
    { numRuns: 20 },
  );
});

test('names of one length that differ in one character are told apart', () => {
  for (let place = 0; place < 8; place++)
    for (let code = 32; code < 127; code++) {
      const name = 'readings'.slice(0, place) + String.fromCharCode(code) + 'readings'.slice(place + 1);
      expect(read(name)).toBe(name);
    }
});

test('what is not ASCII is left to who checks UTF-8', () => {
  expect(read('Spannung_µV')).toBeUndefined();
  expect(read('')).toBe('');
});
