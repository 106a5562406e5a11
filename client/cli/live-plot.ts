// `watch --plot`: numbers as they come, drawn on the terminal until they end.
import { IncomingStream } from '../../src/peer/incoming-stream';
import { messageOf } from '../../src/errors';
import { short } from './array-summary';
import type { CommandContext } from './command-context';
import { usage } from './command-context';
import { liveScreen } from './live-screen';
import type { Paint } from './paint';
import { plotLines } from './plot';
import { PlotHistory } from './plot-history';
import { untilAborted } from './print-result';
import { textWidth } from './text-width';

/** What is plotted. */
export interface LivePlotOptions {
  readonly title: string;
  /** Seconds that are shown. */
  readonly window: number;
  readonly count: number;
}

const FRAME_MS = 100;
const LEAST_SPAN_MS = 5000;
/** Rows of the plot that stays on the terminal at the end. */
const LAST_ROWS = 16;

/**
 * Plots the numbers of a stream until it ends, `count` have come or Ctrl-C; the last picture stays on the terminal.
 * @throws SameboxError `INVALID_ARGUMENT` for an item that is no number.
 */
export async function livePlot(
  context: CommandContext,
  items: AsyncIterable<unknown>,
  { title, window, count }: LivePlotOptions,
): Promise<void> {
  const { out } = context.terminal;
  const history = new PlotHistory(window * 1000);
  const picture = (rows: number): string[] => {
    const now = performance.now();
    const span = history.span(now, Math.min(LEAST_SPAN_MS, window * 1000));
    const dropped = items instanceof IncomingStream ? items.dropped : 0;
    return [
      facts(title, history, now, dropped, out.paint, out.width),
      ...plotLines(history.samples, { width: out.width, height: rows, now, span, paint: out.paint }),
    ];
  };
  const screen = liveScreen(out);
  const redraw = (): void => screen.draw(picture(out.rows - 2));
  const timer = setInterval(redraw, FRAME_MS);
  out.stream.on('resize', redraw);
  redraw();
  try {
    for await (const item of untilAborted(items, context.signal)) {
      history.add(performance.now(), numberOf(item, title));
      if (history.count >= count) break;
    }
  } finally {
    clearInterval(timer);
    out.stream.off('resize', redraw);
    screen.close();
    if (history.count > 0) out.line(picture(Math.min(out.rows - 2, LAST_ROWS)));
  }
}

/** The line above the plot; on a narrow terminal the last facts are left out, but for what was dropped. */
function facts(
  title: string,
  history: PlotHistory,
  now: number,
  dropped: number,
  paint: Paint,
  width: number,
): string {
  const { last, low, high, count } = history;
  if (last === undefined) return ` ${paint.bold(title)}  ${paint.dim('waiting for the first value')}`;
  const parts = [
    `${paint.bold(title)}  ${paint.cyan(paint.bold(short(last)))}`,
    `min ${short(low)}`,
    `max ${short(high)}`,
    `${history.rate(now).toFixed(1)}/s`,
    `${count} values`,
  ];
  const lost = dropped > 0 ? paint.yellow(`${dropped} dropped`) : paint.dim('0 dropped');
  const line = (): string => ` ${[...parts, lost].join(paint.dim(' · '))}`;
  while (parts.length > 1 && textWidth(line()) > width) parts.pop();
  return line();
}

function numberOf(item: unknown, title: string): number {
  if (typeof item === 'number' || typeof item === 'bigint') return Number(item);
  if (typeof item === 'boolean') return item ? 1 : 0;
  const kind = typeof item === 'object' && item !== null ? item.constructor.name : messageOf(item);
  throw usage(`${title} gives ${kind}, and --plot shows numbers. Use it without --plot.`);
}
