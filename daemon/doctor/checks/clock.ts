// Whether the clock can be right. Deadlines don't depend on it; the times in logs, files and certificates do.
import type { Finding } from '../../../src/doctor-request';
import { finding } from '../finding';

/** No samebox is older: a clock that says so is wrong, as on a board without a battery. */
export const FIRST_VERSION = Date.UTC(2026, 10, 1);
/** Time zones that were mixed up when files were copied say nothing of a clock. */
const SLACK_MS = 26 * 3_600_000;
const YEARS_MS = 20 * 365.25 * 24 * 3_600_000;

/** Times in milliseconds since 1970. */
export interface ClockFacts {
  readonly now: number;
  /** When the program's files were put here. */
  readonly installed?: number;
  /** Whether the kernel knows that something (NTP, say) keeps the clock; absent where it doesn't tell. */
  readonly kept?: boolean;
}

/** Impossible times, and clocks that nobody keeps. */
export function checkClock({ now, installed = 0, kept }: ClockFacts): Finding[] {
  const shown = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const set = 'Set it (timedatectl set-ntp true, or date -s): logs and files get wrong times until then.';
  if (now < FIRST_VERSION || now + SLACK_MS < installed) {
    const since = now < FIRST_VERSION ? 'samebox is younger' : 'samebox was installed later';
    return [finding('clock', 'warning', `The clock says ${shown}, but ${since}`, set)];
  }
  if (now > FIRST_VERSION + YEARS_MS) {
    return [finding('clock', 'warning', `The clock says ${shown}, which is hardly true`, set)];
  }
  if (kept === false) {
    const todo = 'If times of several machines are compared: timedatectl set-ntp true';
    return [finding('clock', 'note', `The clock says ${shown}; NTP is not synchronised`, todo)];
  }
  return [finding('clock', 'ok', `The clock says ${shown}${kept === true ? ' and is kept' : ''}`)];
}
