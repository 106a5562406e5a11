// A line plot of an array's numbers over their index, as lines of text.
import type { Reals } from './array-of';
import { short } from './array-summary';
import type { Point } from './braille';
import { framedPlot, type Mark, type PlotSize } from './plot-frame';
import { ticks } from './ticks';

/** Columns that a mark of the index axis needs. */
const MARK_COLUMNS = 12;

/** The plot's lines, exactly `height` of them. Of many numbers in one column the least and the greatest are drawn. */
export function curveLines(values: Reals, size: PlotSize): string[] {
  const last = Math.max(1, values.length - 1);
  return framedPlot(envelope(values, size.width * 2), size, (columns) => indexMarks(last, columns));
}

/** The points of the numbers; at most two for each of `parts`, its extremes in the order they came. */
export function envelope(values: Reals, parts: number): Point[] {
  const last = Math.max(1, values.length - 1);
  const point = (at: number): Point => ({ x: at / last, value: values[at] as number });
  if (values.length <= 2 * parts) return Array.from(values, (_, at) => point(at));
  return Array.from({ length: parts }, (_, part) => {
    const begin = Math.floor((part * values.length) / parts);
    const end = Math.floor(((part + 1) * values.length) / parts);
    let [least, greatest] = [begin, begin];
    for (let at = begin; at < end; at++) {
      // A number takes the place of what is none.
      const value = values[at] as number;
      if (value < (values[least] as number) || !Number.isFinite(values[least])) least = at;
      if (value > (values[greatest] as number) || !Number.isFinite(values[greatest])) greatest = at;
    }
    return [point(Math.min(least, greatest)), point(Math.max(least, greatest))];
  }).flat();
}

function indexMarks(last: number, columns: number): Mark[] {
  const { labels } = ticks(0, last, Math.max(2, Math.floor(columns / MARK_COLUMNS)));
  return labels
    .filter(({ value }) => Number.isInteger(value))
    .map(({ value }) => ({ at: value / last, text: short(value) }));
}
