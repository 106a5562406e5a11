// Whether a process is still there: told for sure, or not at all.
import { IS_WINDOWS, OS } from '../os';
import { startOfProcess, stateOfProcess } from './process-life.linux';
import type * as OnWindows from './process-life.windows';

/** A process at one moment, so that another one that gets its number later isn't taken for it. */
export interface ProcessMark {
  readonly pid: number;
  /** When it began, in the kernel's own count, where that can be read. */
  readonly start?: string;
}

/**
 * The number to mark of a process at the other end of a socket: what the kernel has named. What the process states of itself
 * proves nothing; it is believed on Windows, where the kernel names nobody to Node: who states another's number harms itself
 * alone, since only its own session ends with that process.
 */
export function pidToMark(named: number | undefined, stated: number): number | undefined {
  return named ?? (IS_WINDOWS && stated > 0 ? stated : undefined);
}

/** Marks a process. */
export function markProcess(pid: number): ProcessMark {
  const start =
    OS === 'linux' ? startOfProcess(pid) : IS_WINDOWS ? onWindows().startOfWindowsProcess(pid) : undefined;
  return { pid, ...(start !== undefined && { start }) };
}

/**
 * `'unknown'` where the system doesn't tell: in containers. Where /proc is hidden, as from a service, it is known at least that
 * no process has the number any more.
 */
export function lifeOf({ pid, start }: ProcessMark): 'alive' | 'dead' | 'unknown' {
  if (pid <= 0) return 'unknown';
  if (IS_WINDOWS) return start === undefined ? 'unknown' : onWindows().stateOfWindowsProcess(pid, start);
  if (OS === 'linux' && start !== undefined) return stateOfProcess(pid, start);
  try {
    process.kill(pid, 0);
    return 'unknown'; // It may be another one with its number.
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'dead' : 'unknown';
  }
}

function onWindows(): typeof OnWindows {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- other systems don't load it
  return require('./process-life.windows') as typeof OnWindows;
}
