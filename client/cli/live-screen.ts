// A page that is redrawn in place on a screen of its own; the terminal is as before when it is closed.
import type { Output } from './terminal';

/** What is no text and covers some rows, as a picture: the escape codes that draw it from where the cursor is. */
export interface Graphic {
  readonly rows: number;
  readonly escape: string;
}

/** A line of text, or a picture. */
export type PageRow = string | Graphic;

/** A screen that is drawn again and again. */
export interface LiveScreen {
  /** Shows these rows; what doesn't fit at the bottom is left out. */
  draw(page: readonly PageRow[]): void;
  /** Gives the terminal back. */
  close(): void;
}

const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR = '\u001B[2J';
const CLEAR_LINE_END = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';
const SAVE_CURSOR = '\u001B7';
const RESTORE_CURSOR = '\u001B8';
/** Shown at once at the end (https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036); others ignore it. */
const BEGIN_UPDATE = '\u001B[?2026h';
const END_UPDATE = '\u001B[?2026l';

/** Opens the terminal's other screen. However the process ends, the terminal is given back. */
export function liveScreen(output: Output): LiveScreen {
  let shape = '';
  const close = (): void => {
    process.off('exit', close);
    output.write(LEAVE);
  };
  process.on('exit', close);
  output.write(ENTER);
  return {
    draw(page) {
      const shown = fitting(page, output.rows - 1);
      // A picture that gets another place would leave parts of itself where it was.
      const before = shape;
      shape = `${output.width} ${output.rows} ${shown.map(rowsOf).join(' ')}`;
      const wipe = shape !== before && shown.some((row) => typeof row !== 'string') ? CLEAR : '';
      const text = pageText(shown, CLEAR_LINE_END);
      output.write(`${BEGIN_UPDATE}${wipe}${HOME}${text}${CLEAR_BELOW}${END_UPDATE}`);
    },
    close,
  };
}

/** A page as it is written; a picture leaves the cursor beneath it, whatever the terminal does with it otherwise. */
export function pageText(page: readonly PageRow[], lineEnd = ''): string {
  return page
    .map((row) => {
      if (typeof row === 'string') return `${row}${lineEnd}\n`;
      const { rows, escape } = row;
      // At the bottom of the screen room is made before anything is drawn.
      const down = '\n'.repeat(rows);
      return `${down}\u001B[${rows}A${SAVE_CURSOR}${escape}${RESTORE_CURSOR}${down}`;
    })
    .join('');
}

function fitting(page: readonly PageRow[], rows: number): PageRow[] {
  let left = rows;
  return page.filter((row) => (left -= rowsOf(row)) >= 0);
}

function rowsOf(row: PageRow): number {
  return typeof row === 'string' ? 1 : row.rows;
}
