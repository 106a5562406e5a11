// How many columns a text takes in a terminal, and cutting it to fit.

const ESCAPES = /\u001B\[[0-9;?]*[A-Za-z]/g;
const NARROW = /^[\u0020-\u007E]*$/;
const NOTHING = /^[\p{Mark}\p{Cf}\p{Cc}]$/u;
/** East Asian wide and fullwidth signs, and most emoji. */
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]$/u;

/** Columns that `text` takes; colours take none. */
export function textWidth(text: string): number {
  const bare = text.replace(ESCAPES, '');
  if (NARROW.test(bare)) return bare.length;
  let width = 0;
  for (const sign of bare) width += widthOf(sign);
  return width;
}

/** `text` (without colours) in at most `width` columns; what was cut off is shown by `…`. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let used = 1;
  for (const sign of text) {
    used += widthOf(sign);
    if (used > width) break;
    kept += sign;
  }
  return `${kept.trimEnd()}…`;
}

/** `text` filled with spaces to `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + fill : fill + text;
}

/** `text` broken between words into lines of at most `width` columns; its own line ends stay. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(width, 8)));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  let current = indent;
  for (const word of line.slice(indent.length).split(/\s+/)) {
    const joined = current.trim() === '' ? indent + word : `${current} ${word}`;
    if (current.trim() !== '' && textWidth(joined) > width) {
      lines.push(current);
      current = indent + word;
    } else current = joined;
  }
  return [...lines, current];
}

function widthOf(sign: string): number {
  if (NOTHING.test(sign)) return 0;
  return WIDE.test(sign) ? 2 : 1;
}
