// What /proc tells of a process: its state, and when it began.
import { readFileSync } from 'node:fs';

/** Clock ticks from boot to the start of a process; `undefined` where that is hidden. Source: proc(5), field 22 of stat. */
export function startOfProcess(pid: number): string | undefined {
  return read(pid)?.start;
}

/** A zombie is dead: its sockets and memory are gone. */
export function stateOfProcess(pid: number, start: string): 'alive' | 'dead' {
  const stat = read(pid);
  return stat === undefined || stat.start !== start || stat.state === 'Z' || stat.state === 'X'
    ? 'dead'
    : 'alive';
}

function read(pid: number): { state: string; start: string } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // ENOENT, or ESRCH while it ends.
  }
  // The name stands in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', start: fields[19] ?? '' };
}
