// How a person calls this program from another terminal in the same folder.
import { realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative } from 'node:path';

/** Where to look. */
export interface ProgramPlace {
  /** The script that runs. */
  readonly script: string;
  readonly folder: string;
  /** The `PATH` variable. */
  readonly path: string;
}

/**
 * `samebox` if that is what a shell finds, `npx samebox` in a project that has it installed, else `node` with the
 * script's path: in a clone of the repository it is in no `node_modules`.
 */
export function programCommand(
  place: ProgramPlace = {
    script: process.argv[1] ?? '',
    folder: process.cwd(),
    path: process.env['PATH'] ?? '',
  },
): string {
  const script = real(place.script) ?? place.script;
  if (shellFinds(script, place.path)) return 'samebox';
  if (projectHas(script, place.folder)) return 'npx samebox';
  const near = relative(real(place.folder) ?? place.folder, script);
  const path = near.startsWith('..') || isAbsolute(near) ? script : near;
  return `node ${/[\s'"$]/.test(path) ? JSON.stringify(path) : path}`;
}

/** npm puts `node_modules/.bin` folders in front of PATH for its scripts; another terminal has none of them. */
function shellFinds(script: string, path: string): boolean {
  const folders = path
    .split(delimiter)
    .filter((folder) => folder !== '' && !/node_modules[\\/]\.bin[\\/]?$/.test(folder));
  const first = folders.flatMap((folder) => commandsIn(folder))[0];
  return first !== undefined && runs(first, script);
}

function projectHas(script: string, folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const found = commandsIn(join(at, 'node_modules', '.bin'));
    if (found.length > 0) return found.some((command) => runs(command, script));
    if (dirname(at) === at) return false;
  }
}

/** The command in a folder: a link to the script, or on Windows a `.cmd` beside its package. */
function commandsIn(folder: string): string[] {
  return ['samebox', 'samebox.cmd'].flatMap((name) => real(join(folder, name)) ?? []);
}

function runs(command: string, script: string): boolean {
  if (command === script) return true;
  const package_ = join(dirname(command), '..', 'samebox');
  const beside = join(dirname(command), 'node_modules', 'samebox');
  return command.endsWith('.cmd') && [package_, beside].some((root) => script.startsWith(real(root) ?? '\0'));
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
