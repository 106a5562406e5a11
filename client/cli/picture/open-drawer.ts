// The drawer of the terminal at hand.
import { isatty } from 'node:tty';
import { IS_WINDOWS } from '../../../src/os';
import type { Output } from '../terminal';
import { askTerminal } from './ask-terminal';
import type { ColourDepth, Drawer, Size } from './drawer';
import type * as Foreground from './foreground.unix';
import { halfBlocks } from './half-blocks';
import { iterm } from './iterm';
import { kitty } from './kitty';
import { sixel } from './sixel';
import { wayOf, wayOfAnswers, type PictureWay, type TerminalAnswers } from './which-terminal';

const STDIN = 0;
/** Where a terminal doesn't tell: smaller than most, so that nothing is cut off. */
const USUAL_CELL: Size = { width: 8, height: 16 };

/**
 * Finds how to draw pictures on this output: as told, as the environment says, else by asking the terminal. Where colours are
 * not wanted (NO_COLOR) there are shades.
 */
export async function openDrawer(
  out: Output,
  told?: PictureWay,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Drawer> {
  const known = told ?? (out.coloured ? wayOf(env) : 'blocks');
  const depth = depthOf(out, env);
  if (known === 'blocks') return halfBlocks(depth);
  if (known === 'iterm') return iterm(USUAL_CELL, depth);
  const answers = await ask(out);
  const cell = answers?.cell ?? USUAL_CELL;
  switch (known === 'ask' ? wayOfAnswers(answers, env) : known) {
    case 'kitty':
      return kitty(cell, depth);
    case 'sixel':
      return sixel(cell, depth);
    default:
      return halfBlocks(depth);
  }
}

async function ask(out: Output): Promise<TerminalAnswers | undefined> {
  // The console of Windows stands between the program and the terminal, and has its own mind about raw mode.
  if (IS_WINDOWS || !isatty(STDIN)) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- of this system only
  const { inForeground } = require('./foreground.unix') as typeof Foreground;
  if (!inForeground(STDIN)) return undefined;
  return askTerminal(
    process.stdin,
    (text) => out.write(text),
    () => process.kill(process.pid, 'SIGINT'),
  );
}

function depthOf(out: Output, env: Readonly<Record<string, string | undefined>>): ColourDepth {
  if (!out.coloured) return 1;
  if (/^(?:truecolor|24bit)$/.test(env['COLORTERM'] ?? '')) return 24;
  const { stream } = out;
  // Whether colours are wanted is decided: to Node an empty NO_COLOR says no.
  const { NO_COLOR: _, ...rest } = env;
  const depth = typeof stream.getColorDepth === 'function' ? stream.getColorDepth(rest) : 1;
  if (depth === 24 || depth === 8) return depth;
  // What calls itself plainly xterm has had 256 colours for twenty years.
  return depth === 4 && env['TERM']?.startsWith('xterm') === true ? 8 : 1;
}
