// How words and paths stand in a unit file: systemd's quotes, its specifiers (%) and its variables ($). See systemd.syntax(7).
import { SameboxError } from '../../../src/errors';

/** What needs no quotes. */
const PLAIN = /^[A-Za-z0-9_/.:@=+,-]+$/;

/** An argument in `ExecStart=`. */
export function argument(word: string): string {
  return quoted(word.replace(/[%$]/g, (sign) => sign + sign));
}

/** The program in `ExecStart=`: there, systemd replaces no variables. */
export function program(path: string): string {
  return quoted(path.replace(/%/g, '%%'));
}

/**
 * A setting that is one path, which systemd takes up to the line's end: `WorkingDirectory=`, `EnvironmentFile=`.
 * @throws SameboxError `INVALID_ARGUMENT` for a path with a line end: no unit file can hold it.
 */
export function wholePath(path: string): string {
  if (/[\n\r]/.test(path)) {
    throw new SameboxError(
      'INVALID_ARGUMENT',
      `systemd takes no path with a line end in it: ${JSON.stringify(path)}. Rename it.`,
      { details: { path } },
    );
  }
  // Blanks at the end would be cut off, and a backslash would join the next line.
  return path.replace(/%/g, '%%') + (/[\s\\]$/.test(path) ? '/' : '');
}

/**
 * A path in a setting that takes several words and knows quotes, but no escapes: `RequiresMountsFor=`.
 * `undefined` for one that can't be written there.
 */
export function listedPath(path: string): string | undefined {
  if (PLAIN.test(path)) return path;
  return /["\\\u0000-\u001F]/.test(path) ? undefined : `"${path.replace(/%/g, '%%')}"`;
}

/** The words of a command as systemd reads them; variables are left as they are. */
export function commandWords(line: string): string[] {
  const words: string[] = [];
  let joined = false;
  for (const [, double, single, bare] of line.matchAll(PART)) {
    const text = double ?? single ?? bare;
    if (text !== undefined && joined) words[words.length - 1] += unescaped(text);
    else if (text !== undefined) words.push(unescaped(text));
    joined = text !== undefined;
  }
  return words.map((word, at) => word.replace(at === 0 ? /%%/g : /%%|\$\$/g, (twice) => twice.slice(1)));
}

/** In double quotes, in single ones, without, or the blanks between words. */
const PART = /"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|((?:[^\s"'\\]|\\[^])+)|\s+/g;
const ESCAPED = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|([^]))/g;
const LETTERS: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  s: ' ',
  t: '\t',
  v: '\v',
};

function quoted(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replace(/["\\\u0000-\u001F\u007F]/g, escape)}"`;
}

function escape(sign: string): string {
  if (sign === '"' || sign === '\\') return `\\${sign}`;
  return `\\x${(sign.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
}

function unescaped(text: string): string {
  return text.replace(ESCAPED, (_, hex?: string, octal?: string, sign = '') => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return LETTERS[sign as string] ?? (sign as string);
  });
}
