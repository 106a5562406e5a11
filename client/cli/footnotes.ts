// Long texts that don't stand in a table but beneath it, each once.
import { wrap } from './text-width';

const DIGITS = [...'⁰¹²³⁴⁵⁶⁷⁸⁹'];

/** Numbers texts in the order they come. */
export class Footnotes {
  private readonly texts: string[] = [];

  /** The mark of a text: `¹`. */
  mark(text: string): string {
    const known = this.texts.indexOf(text);
    const number = known >= 0 ? known + 1 : this.texts.push(text);
    return mark(number);
  }

  /** The notes, in lines of at most `width` columns. */
  lines(width: number, indent: string): string[] {
    return this.texts.flatMap((text, at) => {
      const [first = '', ...rest] = wrap(text, width - indent.length - 2);
      return [`${indent}${mark(at + 1)} ${first}`, ...rest.map((line) => `${indent}  ${line}`)];
    });
  }
}

function mark(number: number): string {
  return [...String(number)].map((digit) => DIGITS[Number(digit)] ?? '').join('');
}
