// Which view draws an item: numbers over time, arrays over their index, pictures.
import { arrayOf, type AnyArray } from './array-of';
import { usage } from './command-context';
import { kindOf } from './kind-of';
import { LiveCurve } from './live-curve';
import { isNumber, LiveNumbers } from './live-numbers';
import { LivePicture } from './live-picture';
import type { LiveView, Room } from './live-view';
import type { Drawer } from './picture/drawer';

/** Gives every item to the view that draws it. When items of another kind come, so does another view. */
export class LiveViews {
  private numbers: LiveNumbers | undefined;
  private curve: LiveCurve | undefined;
  private picture: LivePicture | undefined;

  /**
   * @param window milliseconds of numbers that are shown.
   * @param openDrawer finds how this terminal shows pictures; called for the first one.
   */
  constructor(
    private readonly title: string,
    private readonly window: number,
    private readonly openDrawer: () => Promise<Drawer>,
  ) {}

  /**
   * Gives the item to its view, which is returned.
   * @throws SameboxError `INVALID_ARGUMENT` for what can't be drawn.
   */
  async show(item: unknown, room: Room): Promise<LiveView> {
    if (isNumber(item)) {
      const numbers = (this.numbers ??= new LiveNumbers(this.title, this.window));
      numbers.add(item, room);
      return numbers;
    }
    const array = arrayOf(item);
    // A dimension of one element is none: a spectrum may come as one row.
    const dimensions = array?.shape.filter((extent) => extent !== 1).length ?? Infinity;
    if (array === undefined || dimensions > 2) throw this.noPlot(item, array);
    if (dimensions < 2) {
      const curve = (this.curve ??= new LiveCurve(this.title));
      curve.add(array, room);
      return curve;
    }
    const picture = (this.picture ??= new LivePicture(this.title, await this.openDrawer()));
    picture.add(array, room);
    return picture;
  }

  private noPlot(item: unknown, array: AnyArray | undefined): Error {
    const what = array === undefined ? kindOf(item) : `arrays of shape (${array.shape.join(', ')})`;
    return usage(
      `${this.title} gives ${what}, and --plot shows numbers and arrays of one or two dimensions. Use it without --plot.`,
    );
  }
}
