// Whole-file advisory locks of the kernel: `flock(2)`, by descriptor.
import { lastError } from './errno';
import { native } from './koffi';
import { libcFunction } from './libc.unix';

const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Takes the exclusive lock on the open file `fd`, without waiting. It is held until the last descriptor of this open file
 * is closed, and so until the process ends, however it ends. Another descriptor of the same file, even in the same
 * process, competes for it.
 *
 * @returns `'locked'`, `'held'` if somebody else has it, `'unavailable'` without koffi.
 * @throws the kernel's error otherwise, e.g. `ENOLCK` or `EOPNOTSUPP` on a file system without locks.
 */
export function tryFlock(fd: number): 'locked' | 'held' | 'unavailable' {
  const access = native();
  const flock = libcFunction<(fd: number, operation: number) => number>('int flock(int fd, int operation)');
  if (!access.available || flock === undefined) return 'unavailable';
  for (;;) {
    if (flock(fd, LOCK_EX | LOCK_NB) === 0) return 'locked';
    const error = lastError(access.koffi, 'flock');
    if (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK') return 'held';
    if (error.code !== 'EINTR') throw error;
  }
}
