// One-dimensional arrays as they come, each plotted over its index.
import { realsOf, shapeText, type AnyArray, type Reals } from './array-of';
import { short } from './array-summary';
import { curveLines } from './curve-plot';
import type { PageRow } from './live-screen';
import { factsLine, type LiveView, type Room } from './live-view';
import { extremes, type Extremes } from './picture/image';
import { RecentRate } from './rate';

/** A plot of the last array of a stream. */
export class LiveCurve implements LiveView {
  readonly moves = false;
  private readonly rate = new RecentRate();
  private values: Reals = new Float64Array();
  private facts: readonly string[] = [];

  constructor(private readonly title: string) {}

  add(array: AnyArray, { now }: Room): void {
    this.rate.add(now);
    this.values = realsOf(array).slice();
    this.facts = [arrayText(array), ...extremesText(extremes(this.values))];
  }

  page(room: Room): readonly PageRow[] {
    const { width, rows, paint } = room;
    return [
      factsLine(this.title, [...this.rate.text(room.now, '/s'), ...this.facts], room),
      ...curveLines(this.values, { width, height: rows - 1, paint }),
    ];
  }

  clear(): string {
    return '';
  }
}

/** `1024x1024 uint16`; of complex numbers the magnitudes are drawn. */
export function arrayText({ shape, dtype }: AnyArray): string {
  return `${shapeText(shape)} ${dtype.startsWith('complex') ? `|${dtype}|` : dtype}`;
}

/** `min 0` and `max 9`, with `~` if some numbers only were looked at; nothing if there is none. */
export function extremesText({ low, high, sampled }: Extremes): string[] {
  const about = sampled ? '~' : '';
  return Number.isNaN(low) ? ['no numbers'] : [`min ${about}${short(low)}`, `max ${about}${short(high)}`];
}
