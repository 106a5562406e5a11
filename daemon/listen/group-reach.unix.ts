// Whether the members of a group come as far as a socket: a closed directory on the way keeps them out.
import { statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path/posix';
import type { Endpoint } from '../../src/endpoint';
import { groupLabel } from '../../src/native';

const GROUP_PASSES = 0o010;
const OTHERS_PASS = 0o001;

/**
 * The directory on the way to `path` that doesn't let the group pass; `undefined` if all do, as far as modes tell (access
 * control lists may say otherwise).
 */
export function closedTo(group: number, path: string): string | undefined {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (!passes(group, statSync(directory))) return directory;
    if (directory === dirname(directory)) return undefined;
  }
}

/** What a group is denied, its members don't get as others. */
function passes(group: number, { mode, gid }: Stats): boolean {
  return (mode & (gid === group ? GROUP_PASSES : OTHERS_PASS)) !== 0;
}

/** A sentence for the log. */
export interface ReachNote {
  readonly level: 'info' | 'warn';
  readonly text: string;
}

/** What whoever opens a socket to a group should know: who gets in, who can't come so far, who has to be told the path. */
export function reachNotes({ path, name, directory }: Endpoint, group: number): ReachNote[] {
  const label = groupLabel(group);
  const notes: ReachNote[] = [{ level: 'info', text: `Members of the group ${label} may connect.` }];
  const closed = closedTo(group, path);
  if (closed !== undefined) {
    notes.push({
      level: 'warn',
      text: `Members of ${label} can't come to ${path}: ${closed} is closed to them. Open it, or listen elsewhere.`,
    });
  } else if (name !== undefined && directory?.kind === 'own') {
    notes.push({
      level: 'warn',
      text:
        `Other users don't look for "${name}" in ${directory.path}: they have to give the path, ${path}. ` +
        'A daemon that may listen in /run/samebox is found by its name.',
    });
  }
  return notes;
}
