// A line plot of numbers over time in braille dots, as lines of text.
import type { Paint } from './paint';
import { short } from './array-summary';
import { textWidth } from './text-width';
import { ticks, type Ticks } from './ticks';

/** One number and when it came, in milliseconds. */
export interface Sample {
  readonly time: number;
  readonly value: number;
}

/** What is plotted, and how large. */
export interface PlotOptions {
  /** Columns and rows of the whole plot, its axes included. */
  readonly width: number;
  readonly height: number;
  /** The right edge, in milliseconds. */
  readonly now: number;
  /** Milliseconds from the left edge to the right one. */
  readonly span: number;
  readonly paint: Paint;
}

/** Dots of a braille sign, by row and column (Unicode 15, section 21.1). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BLANK = 0x2800;
/** Rows that the time axis takes. */
const AXIS_ROWS = 2;
const LEAST_COLUMNS = 10;

/** The plot's lines, exactly `height` of them. Values that aren't finite leave a gap. */
export function plotLines(samples: readonly Sample[], options: PlotOptions): string[] {
  const { width, height, now, span, paint } = options;
  const rows = Math.max(2, height - AXIS_ROWS);
  const shown = samples.filter(({ time }) => time >= now - span);
  const scale = valueScale(shown, rows);
  const labels = scale.labels;
  const margin = Math.max(...labels.map(({ text }) => textWidth(text)), 1);
  const columns = Math.max(LEAST_COLUMNS, width - margin - 2);
  const canvas = draw(shown, { columns, rows, now, span, low: scale.low, high: scale.high });
  const lines = canvas.map((line, row) => {
    const label = labels.find(({ at }) => Math.round((1 - at) * (rows - 1)) === row);
    const text = (label?.text ?? '').padStart(margin);
    return `${text} ${paint.dim(label === undefined ? '│' : '┤')}${paint.cyan(line)}`;
  });
  return [...lines, ...timeAxis(columns, span, margin, paint)];
}

/** The dots of the samples, neighbours joined by lines, one text per row. */
function draw(
  samples: readonly Sample[],
  box: { columns: number; rows: number; now: number; span: number; low: number; high: number },
): string[] {
  const { columns, rows, now, span, low, high } = box;
  const cells = Array.from({ length: rows }, () => new Uint8Array(columns));
  const [right, bottom] = [columns * 2 - 1, rows * 4 - 1];
  const dot = (x: number, y: number): void => {
    const line = cells[y >> 2];
    if (line !== undefined && x >= 0 && x <= right)
      line[x >> 1] = (line[x >> 1] ?? 0) | (DOTS[y & 3]?.[x & 1] ?? 0);
  };
  let before: readonly [number, number] | undefined;
  for (const { time, value } of samples) {
    if (!Number.isFinite(value)) {
      before = undefined;
      continue;
    }
    const x = Math.round(((time - now + span) / span) * right);
    const y = Math.round(((high - value) / (high - low)) * bottom);
    if (before === undefined) dot(x, y);
    else line(before, [x, y], dot);
    before = [x, y];
  }
  return cells.map((row) => String.fromCodePoint(...Array.from(row, (bits) => BLANK + bits)));
}

/** Bresenham's line. */
function line(
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  dot: (x: number, y: number) => void,
): void {
  const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY), 1);
  for (let step = 0; step <= steps; step++) {
    dot(
      Math.round(fromX + ((toX - fromX) * step) / steps),
      Math.round(fromY + ((toY - fromY) * step) / steps),
    );
  }
}

/** A range of round numbers around the values; all-equal values get room on both sides. */
function valueScale(samples: readonly Sample[], rows: number): Ticks {
  let [low, high] = [Infinity, -Infinity];
  for (const { value } of samples) {
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

function timeAxis(columns: number, span: number, margin: number, paint: Paint): string[] {
  const seconds = span / 1000;
  const { labels } = ticks(0, seconds, Math.max(2, Math.floor(columns / 14)));
  const marks = Array.from<string>({ length: columns }).fill('─');
  const words = Array.from<string>({ length: columns }).fill(' ');
  for (const { value } of labels) {
    const column = Math.round((1 - value / seconds) * (columns - 1));
    if (column < 0 || column >= columns) continue;
    marks[column] = '┬';
    const text = value === 0 ? 'now' : `-${short(value)} s`;
    const start = Math.min(Math.max(0, column - Math.floor(text.length / 2)), columns - text.length);
    if (words.slice(Math.max(0, start - 1), start + text.length + 1).every((sign) => sign === ' '))
      [...text].forEach((sign, at) => (words[start + at] = sign));
  }
  const indent = ' '.repeat(margin + 1);
  return [indent + paint.dim(`└${marks.join('')}`), paint.dim(`${indent} ${words.join('').trimEnd()}`)];
}
