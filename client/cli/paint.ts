// Colours of a terminal, or none.

import type { Colour, Paint } from '../../src/serve-request';

export type { Colour, Paint };

const plain: Colour = (text) => text;
const sgr =
  (on: number, off: number): Colour =>
  (text) =>
    text === '' ? '' : `\u001B[${on}m${text}\u001B[${off}m`;

/** No colours at all. */
export const PLAIN: Paint = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };

/** ECMA-48 colours. */
export const COLOURED: Paint = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
};

/**
 * Whether to write colours: on a terminal that has some, unless NO_COLOR is set (no-color.org); FORCE_COLOR decides
 * where there is no terminal.
 */
export function wantsColour(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}
