// Two-dimensional arrays as they come, drawn as pictures with a colour bar beneath.
import { realsOf, type AnyArray } from './array-of';
import { arrayText, extremesText } from './live-curve';
import type { PageRow } from './live-screen';
import { factsLine, type LiveView, type Room } from './live-view';
import { colourBar } from './picture/colour-bar';
import { coloured } from './picture/colormap';
import { fitIn, type Drawer, type Fit, type Size } from './picture/drawer';
import { extremes, resample, type Image } from './picture/image';
import { SteadyLevels, type Levels } from './picture/levels';
import { RecentRate } from './rate';

/** Columns to the left and to the right. */
const INDENT = 1;
const CURSOR_RIGHT = `\u001B[${INDENT}C`;
/** With fewer rows there is no colour bar. */
const ROWS_FOR_BAR = 8;

/** A picture of the last array of a stream. */
export class LivePicture implements LiveView {
  readonly moves = false;
  private readonly rate = new RecentRate();
  private readonly steady = new SteadyLevels();
  private count = 0;
  private facts: readonly string[] = [];
  /** The array's size; the image is as large as the terminal shows. */
  private size: Size = { width: 0, height: 0 };
  private image: Image | undefined;
  private levels: Levels = { low: 0, high: 0 };

  constructor(
    private readonly title: string,
    private readonly drawer: Drawer,
  ) {}

  add(array: AnyArray, room: Room): void {
    this.count++;
    this.rate.add(room.now);
    const [height = 1, width = 1] = array.shape.filter((extent) => extent !== 1);
    this.size = { width, height };
    const values = realsOf(array);
    this.facts = [arrayText(array), ...extremesText(extremes(values))];
    if (width * height === 0) return;
    const { pixels } = this.fit(room);
    this.image = resample({ width, height, values }, pixels.width, pixels.height);
    this.levels = this.steady.follow(this.image);
  }

  page(room: Room): readonly PageRow[] {
    const count = `${this.count} frame${this.count === 1 ? '' : 's'}`;
    const facts = [...this.rate.text(room.now, ' fps'), ...this.facts, count];
    const line = factsLine(this.title, facts, room);
    if (this.image === undefined) return [line];
    const fit = this.fit(room);
    const { width, height } = fit.pixels;
    // The terminal's size has changed since the array came: until the next one what is left of it must do.
    if (this.image.width !== width || this.image.height !== height)
      this.image = resample(this.image, width, height);
    const picture = this.drawer.draw(coloured(this.image, this.levels), fit);
    return [line, ...picture.map(indented), ...this.bar(room)];
  }

  clear(): string {
    return this.drawer.clear();
  }

  private fit(room: Room): Fit {
    const bar = this.bar(room).length;
    return fitIn(
      this.size,
      { columns: Math.max(1, room.width - 2 * INDENT), rows: Math.max(1, room.rows - 1 - bar) },
      this.drawer,
    );
  }

  private bar({ rows, width, paint }: Room): string[] {
    return rows < ROWS_FOR_BAR ? [] : [colourBar(this.levels, width, paint, this.drawer.depth)];
  }
}

function indented(row: PageRow): PageRow {
  if (typeof row === 'string') return ' '.repeat(INDENT) + row;
  return { ...row, escape: CURSOR_RIGHT + row.escape };
}
