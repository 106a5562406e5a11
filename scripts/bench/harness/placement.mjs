// Where the processes of a section run: all on one core, or wherever the system puts them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * @typedef {object} Placement
 * @property {string} name in results.
 * @property {string} title for people.
 * @property {number} cores that the processes share.
 * @property {(command: string[]) => string[]} command the command that runs a command there.
 */

/** All processes on one core: no core has to be woken, so that what is left is the work. */
const oneCore = {
  name: 'oneCore',
  title: 'all processes pinned to one core',
  cores: 1,
  command: (command) => ['taskset', '-c', lastCore(), ...command],
};

/** Nothing is pinned. */
const free = {
  name: 'free',
  title: 'not pinned',
  cores: availableParallelism(),
  command: (command) => command,
};

/** Both; only the second where there is no `taskset`. @returns {Placement[]} */
export function placements() {
  return spawnSync('taskset', ['-c', lastCore(), 'true']).status === 0 ? [oneCore, free] : [free];
}

/** The last one that this process may use: the first often serves the interrupts. */
function lastCore() {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    return /^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1] ?? '0';
  } catch {
    return '0';
  }
}
