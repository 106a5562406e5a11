// Where the prompt keeps what was typed.
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { IS_WINDOWS } from '../../../src/os';

/** The history file, its folder made; `undefined` if that can't be. */
export function historyFile(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  try {
    const folder = join(stateHome(env), 'samebox');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return join(folder, 'repl-history');
  } catch {
    return undefined;
  }
}

/** XDG base directory specification: a relative path counts as not set. */
function stateHome(env: Readonly<Record<string, string | undefined>>): string {
  const stated = IS_WINDOWS ? env['LOCALAPPDATA'] : env['XDG_STATE_HOME'];
  if (stated !== undefined && isAbsolute(stated)) return stated;
  return join(homedir(), '.local', 'state');
}
