// What /proc tells of a process: its name, its state, and when it began.
import { readFileSync } from 'node:fs';

/** Clock ticks from boot to the start of a process; `undefined` where that is hidden. Source: proc(5), field 22 of stat. */
export function startOfProcess(pid: number): string | undefined {
  return read(pid)?.start;
}

/** The name of its program; `undefined` if it is gone, or hidden. */
export function nameOfProcess(pid: number): string | undefined {
  return read(pid)?.name;
}

/** A zombie is dead: its sockets and memory are gone. */
export function stateOfProcess(pid: number, start: string): 'alive' | 'dead' {
  const stat = read(pid);
  return stat === undefined || stat.start !== start || stat.state === 'Z' || stat.state === 'X'
    ? 'dead'
    : 'alive';
}

interface Stat {
  readonly name: string;
  readonly state: string;
  readonly start: string;
}

/** Milliseconds for which what was read stays true enough: thousands of sessions may wait for one process. */
const FRESH_MS = 5;
const MOST_READ = 256;
const latest = new Map<number, { readonly at: number; readonly stat: Stat | undefined }>();

function read(pid: number): Stat | undefined {
  const now = performance.now();
  const known = latest.get(pid);
  if (known !== undefined && now - known.at < FRESH_MS) return known.stat;
  if (latest.size >= MOST_READ) latest.clear();
  const stat = readNow(pid);
  latest.set(pid, { at: now, stat });
  return stat;
}

function readNow(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // ENOENT, or ESRCH while it ends.
  }
  // The name stands in parentheses and may hold anything.
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  return { name: text.slice(text.indexOf('(') + 1, end), state: fields[0] ?? '', start: fields[19] ?? '' };
}
