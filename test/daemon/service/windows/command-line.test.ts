// Command lines of Windows: what is written is what a program reads.
import fc from 'fast-check';
import { quoteCommand, splitCommand } from '../../../../daemon/service/windows/command-line';

test('a program reads the words that were quoted, whatever quotes, backslashes and blanks are in them', () => {
  const sign = fc.constantFrom('"', '\\', ' ', '\t', 'a', 'é', '%', '^', '&');
  const word = fc.oneof(fc.string({ unit: sign }), fc.string());
  // The program's own name has rules of its own: no quotes in it, as in all paths.
  const program = fc.string({ unit: fc.constantFrom('C', ':', '\\', ' ', 'x', '.'), minLength: 1 });
  const line = fc.tuple(
    program.map((path) => `${path}exe`),
    fc.array(word),
  );
  fc.assert(
    fc.property(line, ([name, words]) => {
      expect(splitCommand(quoteCommand([name, ...words]))).toEqual([name, ...words]);
    }),
  );
});

test('a path with a blank is quoted, and one without is left as it is', () => {
  expect(quoteCommand(['C:\\Program Files\\nodejs\\node.exe', 'C:\\lab\\x.js', 'serve'])).toBe(
    '"C:\\Program Files\\nodejs\\node.exe" C:\\lab\\x.js serve',
  );
});

/** From Microsoft's "Parsing C command-line arguments". */
test.each([
  ['"abc" d e', ['abc', 'd', 'e']],
  ['a\\\\b d"e f"g h', ['a\\\\b', 'de fg', 'h']],
  ['a\\\\\\"b c d', ['a\\"b', 'c', 'd']],
  ['a\\\\\\\\"b c" d e', ['a\\\\b c', 'd', 'e']],
  ['a"b"" c d', ['ab" c d']],
])('%s is read as Microsoft says', (line, words) => {
  expect(splitCommand(line)).toEqual(words);
});
