// What the live plots of numbers, arrays and pictures have in common.
import type { PageRow } from './live-screen';
import type { Paint } from './paint';
import { textWidth } from './text-width';

/** Where a page is drawn, and when. */
export interface Room {
  readonly width: number;
  readonly rows: number;
  readonly paint: Paint;
  /** Milliseconds. */
  readonly now: number;
  /** Items that the terminal was too slow for. */
  readonly dropped: number;
}

/** Draws what came last of a stream. It keeps copies: an array is a loan until the next item is asked for. */
export interface LiveView {
  /** Whether time alone changes the page. */
  readonly moves: boolean;
  /** The rows to show; of them at most `room.rows`. */
  page(room: Room): readonly PageRow[];
  /** What takes pictures away that clearing the screen leaves. */
  clear(): string;
}

/** Facts that are worth more than that nothing was dropped. */
const FOREMOST = 2;

/**
 * The line above a plot: a title, facts in the order of their weight, and what was dropped. Where it is narrow the last facts
 * are left out, but never that something was dropped.
 */
export function factsLine(title: string, facts: readonly string[], { paint, width, dropped }: Room): string {
  const parts = [...facts];
  let lost = [dropped > 0 ? paint.yellow(`${dropped} dropped`) : paint.dim('0 dropped')];
  const line = (): string => ` ${paint.bold(title)}  ${[...parts, ...lost].join(paint.dim(' · '))}`;
  const wide = (): boolean => textWidth(line()) > width;
  while (parts.length > FOREMOST && wide()) parts.pop();
  if (dropped === 0 && wide()) lost = [];
  while (parts.length > 0 && wide()) parts.pop();
  return line();
}
