// Quoting for unit files, against a reading of systemd's rules that knows nothing of how it is written.
import fc from 'fast-check';
import {
  argument,
  commandWords,
  listedPath,
  program,
  wholePath,
} from '../../../../daemon/service/systemd/quote';

/** Anything that a file name can have. */
const word = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text);
const awkward = fc.string({
  unit: fc.constantFrom(
    ' ',
    '%',
    '$',
    '"',
    "'",
    '\\',
    '\n',
    '\t',
    ';',
    '#',
    '{',
    '}',
    'a',
    'é',
    'x',
    '4',
    '1',
    '-',
  ),
  minLength: 1,
  maxLength: 12,
});

/**
 * As in systemd's extract_first_word (unquote, C escapes), then specifiers, then replace_env_argv: a state machine over
 * characters, in the terms of systemd.syntax(7) and systemd.service(5).
 */
function asSystemdReads(line: string): string[] {
  const words: string[] = [];
  let current: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const sign = line.charAt(at);
    if (sign === '\\') {
      const next = line.charAt(++at);
      current ??= '';
      if (next === 'x') {
        current += String.fromCharCode(Number.parseInt(line.slice(at + 1, at + 3), 16));
        at += 2;
      } else if (next === '\\' || next === '"' || next === "'") current += next;
      else throw new Error(`an escape that nobody should have written: \\${next}`);
    } else if (quote !== '') {
      if (sign === quote) quote = '';
      else current = (current ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      current ??= '';
    } else if (' \t\n\r'.includes(sign)) {
      if (current !== undefined) words.push(current);
      current = undefined;
    } else if (sign === ';' && current === undefined && ' \t\n\r'.includes(line.charAt(at + 1) || ' ')) {
      throw new Error('the end of a command');
    } else current = (current ?? '') + sign;
  }
  if (quote !== '') throw new Error('an open quote');
  if (current !== undefined) words.push(current);
  return words.map((text, place) => withVariables(withSpecifiers(text), place));
}

function withSpecifiers(text: string): string {
  return text.replace(/%([^])/g, (_, sign: string) => {
    if (sign !== '%') throw new Error(`a specifier: %${sign}`);
    return '%';
  });
}

/** The program's own path is not looked through for variables. */
function withVariables(text: string, place: number): string {
  if (place === 0) return text;
  return text.replace(/\$(\$|\{|\w)?/g, (found, sign: string | undefined) => {
    if (sign === '$') return '$';
    if (sign === undefined) return found;
    throw new Error(`a variable: ${found}`);
  });
}

describe('words of a command', () => {
  test('whatever stands in a path, systemd reads the same', () => {
    fc.assert(
      fc.property(fc.oneof(word, awkward), fc.array(fc.oneof(word, awkward)), (first, rest) => {
        const line = [program(first), ...rest.map(argument)].join(' ');
        expect(line).not.toMatch(/[\n\r]/);
        expect(asSystemdReads(line)).toEqual([first, ...rest]);
      }),
      { numRuns: 2000 },
    );
  });

  test('what was written is read back', () => {
    fc.assert(
      fc.property(fc.oneof(word, awkward), fc.array(fc.oneof(word, awkward)), (first, rest) => {
        expect(commandWords([program(first), ...rest.map(argument)].join(' '))).toEqual([first, ...rest]);
      }),
      { numRuns: 2000 },
    );
  });

  test('plain paths stay as people write them, and others get quotes', () => {
    expect(argument('/etc/samebox/lab/samebox.config.ts')).toBe('/etc/samebox/lab/samebox.config.ts');
    expect(argument('/opt/my lab/50% $HOME "x"')).toBe('"/opt/my lab/50%% $$HOME \\"x\\""');
    expect(program('/opt/$x/node')).toBe('"/opt/$x/node"');
    expect(argument(';')).toBe('";"');
    expect(argument('a\nb')).toBe('"a\\x0ab"');
  });

  test('what a person has written in other ways is read too', () => {
    expect(commandWords(`/bin/a 'b c' d"e f"g "\\x41\\102\\t" \\"h 10%% $$x`)).toEqual([
      '/bin/a',
      'b c',
      'de fg',
      'AB\t',
      '"h',
      '10%',
      '$x',
    ]);
  });
});

describe('paths', () => {
  test('a setting that is one path takes it to the end of the line', () => {
    expect(wholePath('/srv/my lab/"50%"')).toBe('/srv/my lab/"50%%"');
    expect(wholePath('/srv/blank ')).toBe('/srv/blank /');
    expect(wholePath('/srv/back\\')).toBe('/srv/back\\/');
    expect(() => wholePath('/srv/a\nExecStart=/bin/evil')).toThrow(/line end/);
  });

  test('a setting without escapes can hold a path without quotes and backslashes only', () => {
    expect(listedPath('/srv/lab')).toBe('/srv/lab');
    expect(listedPath('/srv/my lab/5%')).toBe('"/srv/my lab/5%%"');
    expect(listedPath('/srv/a"b')).toBeUndefined();
    expect(listedPath('/srv/a\\b')).toBeUndefined();
  });
});
