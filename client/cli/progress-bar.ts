// A bar that shows how far a call is: one line on a terminal, redrawn in place, gone at the end.
import type { Paint } from './paint';
import { cut, textWidth } from './text-width';

/** What a bar needs of its terminal. */
export interface BarOutput {
  readonly paint: Paint;
  readonly width: number;
  write(text: string): void;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const WIDEST = 40;
/** Milliseconds between two drawings at least. */
const PAUSE_MS = 40;
const CLEAR_LINE = '\r\u001B[2K';
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

/** Shows progress on a terminal's last line. */
export class ProgressBar {
  private readonly began: number;
  private drawn = -Infinity;
  private shown = false;

  /** @param now milliseconds; the default is the process's clock. */
  constructor(
    private readonly output: BarOutput,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
  }

  /** @param fraction from 0 to 1; what is outside counts as the nearer end. */
  show(fraction: number, message = ''): void {
    const now = this.now();
    if (now - this.drawn < PAUSE_MS && fraction < 1) return;
    this.drawn = now;
    const { paint, width } = this.output;
    const text = barLine(fraction, message, (now - this.began) / 1000, width, paint);
    this.output.write((this.shown ? '' : HIDE_CURSOR) + CLEAR_LINE + text);
    if (!this.shown) process.once('exit', this.restore);
    this.shown = true;
  }

  /** Takes the bar away. */
  clear(): void {
    if (!this.shown) return;
    process.off('exit', this.restore);
    this.restore();
  }

  private readonly restore = (): void => {
    this.shown = false;
    this.output.write(CLEAR_LINE + SHOW_CURSOR);
  };
}

/** One line: `━━━━━━────  52 %  10.32 mm  1.2 s`, in at most `width` columns. */
export function barLine(
  fraction: number,
  message: string,
  seconds: number,
  width: number,
  paint: Paint,
): string {
  const done = Math.min(1, Math.max(0, Number.isNaN(fraction) ? 0 : fraction));
  const percent = `${Math.floor(done * 100)} %`.padStart(5);
  const time = `${seconds.toFixed(1)} s`;
  const room = width - textWidth(percent) - textWidth(time) - 7;
  const columns = Math.max(0, Math.min(WIDEST, room - Math.min(textWidth(message), 24)));
  const rest = cut(message, Math.max(0, room - columns));
  return ` ${bar(done, columns, paint)} ${paint.bold(percent)}  ${rest}${rest === '' ? '' : '  '}${paint.dim(time)}`;
}

function bar(done: number, columns: number, paint: Paint): string {
  const eighths = Math.round(done * columns * 8);
  const full = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return paint.green(full) + paint.dim('░'.repeat(Math.max(0, columns - textWidth(full))));
}
