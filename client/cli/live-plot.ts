// `watch --plot`: the items of a stream as they come, drawn on the terminal until they end.
import { IncomingStream } from '../../src/peer/incoming-stream';
import type { CommandContext } from './command-context';
import { LivePicture } from './live-picture';
import { liveScreen, pageText } from './live-screen';
import type { LiveView, Room } from './live-view';
import { LiveViews } from './live-views';
import { Pacing } from './pacing';
import { openDrawer } from './picture/open-drawer';
import type { PictureWay } from './picture/which-terminal';
import { untilAborted } from './print-result';

/** What is plotted. */
export interface LivePlotOptions {
  readonly title: string;
  /** Seconds of numbers that are shown. */
  readonly window: number;
  readonly count: number;
  /** How pictures are drawn; the default is what the terminal can. */
  readonly picture?: PictureWay | undefined;
}

/** Rows beneath a page: for the prompt, when the last page stays on the terminal. */
const LEFT_FREE = 2;
/** Rows of the page that stays on the terminal at the end; pictures stay as they are. */
const LAST_ROWS = 17;

/**
 * Plots the items of a stream until it ends, `count` have come or Ctrl-C: numbers over time, one-dimensional arrays over their
 * index, two-dimensional ones as pictures. The last page stays on the terminal.
 * @throws SameboxError `INVALID_ARGUMENT` for an item that is none of them.
 */
export async function livePlot(
  context: CommandContext,
  items: AsyncIterable<unknown>,
  { title, window, count, picture }: LivePlotOptions,
): Promise<void> {
  const { out } = context.terminal;
  const room = (rows: number): Room => ({
    width: out.width,
    rows,
    paint: out.paint,
    now: performance.now(),
    dropped: items instanceof IncomingStream ? items.dropped : 0,
  });
  const screen = liveScreen(out);
  let view: LiveView | undefined;
  const waiting = ` ${out.paint.bold(title)}  ${out.paint.dim('waiting for the first value')}`;
  const pacing = new Pacing({
    draw() {
      screen.draw(view === undefined ? [waiting] : view.page(room(out.rows - LEFT_FREE)));
      return view?.moves === true;
    },
    behind: (then) => out.stream.writableNeedDrain && out.stream.once('drain', then) !== undefined,
  });
  out.stream.on('resize', pacing.now);
  pacing.now();
  const views = new LiveViews(title, window * 1000, () => openDrawer(out, picture));
  try {
    let seen = 0;
    for await (const item of untilAborted(items, context.signal)) {
      view = await views.show(item, room(out.rows - LEFT_FREE));
      pacing.changed();
      if (++seen >= count) break;
    }
  } finally {
    pacing.stop();
    out.stream.off('resize', pacing.now);
    out.write(view?.clear() ?? '');
    screen.close();
    const rows = out.rows - LEFT_FREE;
    const last = room(view instanceof LivePicture ? rows : Math.min(rows, LAST_ROWS));
    if (view !== undefined) out.write(pageText(view.page(last)));
  }
}
