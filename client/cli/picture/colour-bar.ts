// The line beneath a picture: which numbers are dark and which are bright.
import type { Paint } from '../paint';
import { BRIGHTEST } from './colormap';
import type { ColourDepth } from './drawer';
import { sgrColour, shade } from './half-blocks';
import type { Levels } from './levels';

const WIDEST = 40;
/** Columns beside the bar. */
const BESIDE = 4;
const RESET = '\u001B[0m';

/** ` 1003 ▒▒▒▒▒▒ 4021`, in at most `width` columns. */
export function colourBar({ low, high }: Levels, width: number, paint: Paint, depth: ColourDepth): string {
  const [dark, bright] = [digits(low), digits(high)];
  const columns = Math.max(0, Math.min(WIDEST, width - BESIDE - dark.length - bright.length));
  const cells = Array.from({ length: columns }, (_, at) =>
    cell(Math.round((at * BRIGHTEST) / Math.max(1, columns - 1)), depth),
  );
  return ` ${paint.dim(dark)} ${cells.join('')}${depth === 1 ? '' : RESET} ${paint.dim(bright)}`;
}

function cell(index: number, depth: ColourDepth): string {
  return depth === 1 ? shade(index) : `\u001B[48;${sgrColour(index, depth)}m `;
}

/** Three digits: the levels follow the noise a little. */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
