// swc counts columns nearly as a terminal shows them; everybody else counts UTF-16 units.

const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u;
const TWO =
  /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6])$/u;
const PICTURE = /^\p{Emoji_Presentation}$/u;
const TAB = 4;

/** The UTF-16 offset within `line` of what stands at the display column `column` (from 0). */
export function utf16Column(line: string, column: number): number {
  let shown = 0;
  let offset = 0;
  for (const char of line) {
    if (shown >= column) break;
    shown += countOf(char);
    offset += char.length;
  }
  return offset;
}

/** What swc counts for a character: its UTF-16 units, and what it is wider (or narrower) than one place. */
function countOf(char: string): number {
  return char.length + widthOf(char) - 1;
}

function widthOf(char: string): number {
  if (char === '\t') return TAB;
  if (char >= ' ' && char < '\u007f') return 1;
  if (ZERO.test(char)) return 0;
  return TWO.test(char) || PICTURE.test(char) ? 2 : 1;
}
