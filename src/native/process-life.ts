// Whether a process is still there: told for sure, or not at all.
import { IS_WINDOWS, OS } from '../os';
import { startOfProcess, stateOfProcess } from './process-life.linux';

/** A process at one moment, so that another one that gets its number later isn't taken for it. */
export interface ProcessMark {
  readonly pid: number;
  /** When it began, in the kernel's own count, where that can be read. */
  readonly start?: string;
}

/** Marks a process whose number the kernel has named; another source of the number proves nothing. */
export function markProcess(pid: number): ProcessMark {
  const start = OS === 'linux' ? startOfProcess(pid) : undefined;
  return { pid, ...(start !== undefined && { start }) };
}

/**
 * `'unknown'` where the system doesn't tell: in containers, on Windows. Where /proc is hidden, as from a service, it is known
 * at least that no process has the number any more.
 */
export function lifeOf({ pid, start }: ProcessMark): 'alive' | 'dead' | 'unknown' {
  if (pid <= 0 || IS_WINDOWS) return 'unknown';
  if (OS === 'linux' && start !== undefined) return stateOfProcess(pid, start);
  try {
    process.kill(pid, 0);
    return 'unknown'; // It may be another one with its number.
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'dead' : 'unknown';
  }
}
