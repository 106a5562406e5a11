// What /proc tells of processes: their names, whether they stand still, what they have open.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path/posix';
import type { ProcessFacts } from '../checks/endpoint';

/** Where the kernel tells of processes: /proc, but for tests. */
const PROC = '/proc';

/** A process by its number; `undefined` if there is none. */
export function processFacts(pid: number, proc = PROC): ProcessFacts | undefined {
  try {
    // The name stands in parentheses and may hold anything; the state follows: proc(5).
    const stat = readFileSync(join(proc, String(pid), 'stat'), 'latin1');
    const close = stat.lastIndexOf(')');
    const state = stat.charAt(close + 2);
    const name = stat.slice(stat.indexOf('(') + 1, close);
    const handedSocket = hasVariable(pid, 'LISTEN_FDS', proc);
    return {
      pid,
      name,
      stopped: state === 'T' || state === 't',
      ...(handedSocket !== undefined && { handedSocket }),
    };
  } catch {
    return undefined; // Gone, or hidden from this user.
  }
}

/** Whether a process was started with a variable; `undefined` where this user may not know. */
function hasVariable(pid: number, name: string, proc: string): boolean | undefined {
  try {
    const environment = readFileSync(join(proc, String(pid), 'environ'), 'latin1');
    return environment.split('\0').some((pair) => pair.startsWith(`${name}=`));
  } catch {
    return undefined;
  }
}

/** The numbers of all processes that this one sees. */
export function processNumbers(proc = PROC): number[] {
  try {
    return readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Who has files open, by path: of this user's processes; root sees all. */
export function holders(paths: ReadonlySet<string>, proc = PROC): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const pid of processNumbers(proc)) {
    const folder = join(proc, String(pid), 'fd');
    const open = new Set(namesIn(folder).map((fd) => linkIn(join(folder, fd))));
    for (const path of open) {
      if (path !== undefined && paths.has(path)) found.set(path, [...(found.get(path) ?? []), pid]);
    }
  }
  return found;
}

/** How many files a process has open, and how many it may; `undefined` if this user may not know. */
export function descriptorsOf(
  pid: number | 'self',
  proc = PROC,
): { open: number; limit: number } | undefined {
  try {
    const limits = readFileSync(join(proc, String(pid), 'limits'), 'latin1');
    const soft = /^Max open files +(\d+|unlimited)/m.exec(limits)?.[1];
    if (soft === undefined) return undefined;
    return {
      open: readdirSync(join(proc, String(pid), 'fd')).length,
      limit: soft === 'unlimited' ? Infinity : Number(soft),
    };
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Another user's.
  }
}

function linkIn(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // Closed meanwhile.
  }
}
