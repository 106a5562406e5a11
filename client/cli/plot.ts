// A line plot of numbers over time in braille dots, as lines of text.
import { short } from './array-summary';
import { framedPlot, type Mark, type PlotSize } from './plot-frame';
import { ticks } from './ticks';

/** One number and when it came, in milliseconds. */
export interface Sample {
  readonly time: number;
  readonly value: number;
}

/** What is plotted, and how large. */
export interface PlotOptions extends PlotSize {
  /** The right edge, in milliseconds. */
  readonly now: number;
  /** Milliseconds from the left edge to the right one. */
  readonly span: number;
}

/** Columns that a mark of the time axis needs. */
const MARK_COLUMNS = 14;

/** The plot's lines, exactly `height` of them. Values that aren't finite leave a gap. */
export function plotLines(samples: readonly Sample[], { now, span, ...size }: PlotOptions): string[] {
  const points = samples
    .filter(({ time }) => time >= now - span)
    .map(({ time, value }) => ({ x: (time - now + span) / span, value }));
  return framedPlot(points, size, (columns) => timeMarks(span / 1000, columns));
}

function timeMarks(seconds: number, columns: number): Mark[] {
  const { labels } = ticks(0, seconds, Math.max(2, Math.floor(columns / MARK_COLUMNS)));
  return labels.map(({ value }) => ({
    at: 1 - value / seconds,
    text: value === 0 ? 'now' : `-${short(value)} s`,
  }));
}
