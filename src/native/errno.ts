// Errors of the kernel, in the shape that Node gives its own.
import { getSystemErrorMap } from 'node:util';
import type * as Koffi from 'koffi';

/**
 * What the system call `syscall` failed with: an Error with `code` (`'EACCES'`), `errno` (negative, as in Node) and `syscall`.
 * Call it at once after the failed call: the next one overwrites the number.
 */
export function lastError(koffi: typeof Koffi, syscall: string): NodeJS.ErrnoException {
  return errnoError(koffi.errno(), syscall);
}

/** The same for a known errno (positive, as the kernel counts). */
export function errnoError(errno: number, syscall: string): NodeJS.ErrnoException {
  const [code, text] = getSystemErrorMap().get(-errno) ?? [`E${String(errno)}`, 'unknown error'];
  const error: NodeJS.ErrnoException = new Error(`${code}: ${text}, ${syscall}`);
  return Object.assign(error, { errno: -errno, code, syscall });
}

/** The `code` of whatever was thrown, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
