// A plot with its axes: values to the left, marks beneath.
import { brailleLines, type Point } from './braille';
import type { Paint } from './paint';
import { textWidth } from './text-width';
import { ticks, type Ticks } from './ticks';

/** How large a plot is. */
export interface PlotSize {
  /** Columns and rows of the whole plot, its axes included. */
  readonly width: number;
  readonly height: number;
  readonly paint: Paint;
}

/** A mark of the lower axis, `at` from 0 (left) to 1. Of two that overlap the first stays. */
export interface Mark {
  readonly at: number;
  readonly text: string;
}

/** Rows that the lower axis takes. */
const AXIS_ROWS = 2;
const LEAST_COLUMNS = 10;

/**
 * The plot's lines, exactly `height` of them.
 * @param marks the marks for a lower axis of so many columns.
 */
export function framedPlot(
  points: readonly Point[],
  { width, height, paint }: PlotSize,
  marks: (columns: number) => readonly Mark[],
): string[] {
  const rows = Math.max(2, height - AXIS_ROWS);
  const { low, high, labels } = valueScale(points, rows);
  const margin = Math.max(...labels.map(({ text }) => textWidth(text)), 1);
  const columns = Math.max(LEAST_COLUMNS, width - margin - 2);
  const lines = brailleLines(points, { columns, rows, low, high }).map((line, row) => {
    const label = labels.find(({ at }) => Math.round((1 - at) * (rows - 1)) === row);
    const text = (label?.text ?? '').padStart(margin);
    return `${text} ${paint.dim(label === undefined ? '│' : '┤')}${paint.cyan(line)}`;
  });
  return [...lines, ...lowerAxis(marks(columns), columns, margin, paint)];
}

/** A range of round numbers around the values; all-equal values get room on both sides. */
function valueScale(points: readonly Point[], rows: number): Ticks {
  let [low, high] = [Infinity, -Infinity];
  for (const { value } of points) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) {
    const room = Math.abs(low) * 0.01 || 1;
    [low, high] = [low - room, high + room];
  }
  return ticks(low, high, Math.max(2, Math.floor(rows / 3)));
}

function lowerAxis(marks: readonly Mark[], columns: number, margin: number, paint: Paint): string[] {
  const line = Array.from<string>({ length: columns }).fill('─');
  const words = Array.from<string>({ length: columns }).fill(' ');
  for (const { at, text } of marks) {
    const column = Math.round(at * (columns - 1));
    if (column < 0 || column >= columns) continue;
    line[column] = '┬';
    const start = Math.min(Math.max(0, column - Math.floor(text.length / 2)), columns - text.length);
    if (words.slice(Math.max(0, start - 1), start + text.length + 1).every((sign) => sign === ' '))
      [...text].forEach((sign, place) => (words[start + place] = sign));
  }
  const indent = ' '.repeat(margin + 1);
  return [indent + paint.dim(`└${line.join('')}`), paint.dim(`${indent} ${words.join('').trimEnd()}`)];
}
