import fc from 'fast-check';
import { LineSplitter } from '../../../daemon/instruments/line-splitter';

function splitter(terminator = '\n', maxLine = 100): { lines: string[]; split: LineSplitter } {
  const lines: string[] = [];
  const split = new LineSplitter(
    { terminator, encoding: 'latin1', maxLine },
    { line: (text) => lines.push(text), overlong: () => lines.push('<overlong>') },
  );
  return { lines, split };
}

const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const ends = [...places.map((place) => place % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  return ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
};

test('any split of the bytes gives the same lines', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\r', ';', ' '), maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 10 }),
      fc.constantFrom('\n', '\r\n', ';;', '\r'),
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (texts, terminator, maxLine, places) => {
        const bytes = Buffer.from(texts.map((line) => line + terminator).join(''), 'latin1');
        const whole = splitter(terminator, maxLine);
        whole.split.push(bytes);
        const parts = splitter(terminator, maxLine);
        for (const part of cut(bytes, places)) parts.split.push(part);
        expect(parts.lines).toEqual(whole.lines);
      },
    ),
  );
});

test('a return before the newline is not part of the line', () => {
  const { lines, split } = splitter();
  split.push(Buffer.from('1.5\r\n\n2\n'));
  expect(lines).toEqual(['1.5', '', '2']);
});

test('a terminator other than newline is taken as it stands', () => {
  const { lines, split } = splitter('\r');
  split.push(Buffer.from('1\n2\r3\r'));
  expect(lines).toEqual(['1\n2', '3']);
});

test('a line without end is given up at its limit, and the one after it is whole again', () => {
  const { lines, split } = splitter('\r\n', 10);
  for (let sent = 0; sent < 1_000_000; sent += 1000) split.push(Buffer.alloc(1000, 'x'));
  expect(lines).toEqual(['<overlong>']);
  split.push(Buffer.from('\r'));
  split.push(Buffer.from('\n1.5\r\n'));
  expect(lines).toEqual(['<overlong>', '1.5']);
});

test('a line of exactly the limit is a line, one byte more is not', () => {
  const { lines, split } = splitter('\n', 3);
  split.push(Buffer.from('123\r'));
  split.push(Buffer.from('\n1234\n5\n'));
  expect(lines).toEqual(['123', '<overlong>', '5']);
});

test('an unfinished line does not survive its connection', () => {
  const { lines, split } = splitter();
  split.push(Buffer.from('1.'));
  split.reset();
  split.push(Buffer.from('2\n'));
  expect(lines).toEqual(['2']);
});
