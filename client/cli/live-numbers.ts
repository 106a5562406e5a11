// Numbers as they come, plotted over time.
import { short } from './array-summary';
import type { PageRow } from './live-screen';
import { factsLine, type LiveView, type Room } from './live-view';
import { plotLines } from './plot';
import { PlotHistory } from './plot-history';

const LEAST_SPAN_MS = 5000;

/** Whether an item is plotted over time. */
export function isNumber(item: unknown): item is number | bigint | boolean {
  return typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean';
}

/** A plot of a stream of numbers. */
export class LiveNumbers implements LiveView {
  readonly moves = true;
  private readonly history: PlotHistory;
  private readonly leastSpan: number;

  /** @param window milliseconds that are shown. */
  constructor(
    private readonly title: string,
    window: number,
  ) {
    this.history = new PlotHistory(window);
    this.leastSpan = Math.min(LEAST_SPAN_MS, window);
  }

  add(item: number | bigint | boolean, { now }: Room): void {
    this.history.add(now, Number(item));
  }

  page(room: Room): readonly PageRow[] {
    const { history, title } = this;
    const { now, paint, width, rows } = room;
    const span = history.span(now, this.leastSpan);
    return [
      factsLine(title, this.facts(room), room),
      ...plotLines(history.samples, { width, height: rows - 1, now, span, paint }),
    ];
  }

  clear(): string {
    return '';
  }

  private facts({ now, paint }: Room): string[] {
    const { last = 0, low, high, count } = this.history;
    return [
      paint.cyan(paint.bold(short(last))),
      `min ${short(low)}`,
      `max ${short(high)}`,
      `${this.history.rate(now).toFixed(1)}/s`,
      `${count} values`,
    ];
  }
}
