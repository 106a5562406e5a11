// A page that is redrawn in place on a screen of its own; the terminal is as before when it is closed.
import type { Output } from './terminal';

const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR_LINE_END = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/** A screen that is drawn again and again. */
export interface LiveScreen {
  /** Shows these lines; what doesn't fit at the bottom is left out. */
  draw(lines: readonly string[]): void;
  /** Gives the terminal back. */
  close(): void;
}

/** Opens the terminal's other screen. However the process ends, the terminal is given back. */
export function liveScreen(output: Output): LiveScreen {
  const close = (): void => {
    process.off('exit', close);
    output.write(LEAVE);
  };
  process.on('exit', close);
  output.write(ENTER);
  return {
    draw(lines) {
      const shown = lines.slice(0, output.rows - 1).map((line) => line + CLEAR_LINE_END);
      output.write(`${HOME}${shown.join('\n')}\n${CLEAR_BELOW}`);
    },
    close,
  };
}
