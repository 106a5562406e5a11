// The errors of making and opening segments, and what the kernel's own turn into.
import { SameboxError, messageOf } from '../errors';
import { codeOf } from '../native';
import { SEGMENT_BYTES } from './memory';

// Windows has numbers (WinError.h): too many open files, not enough memory, out of memory, disk full, no system resources,
// commitment limit; file not found; access denied.
const FULL = codes('EMFILE ENFILE ENOMEM ENOSPC EDQUOT EFBIG', [4, 8, 14, 112, 1450, 1455]);
const GONE = codes('ENOENT ENOTDIR ESRCH ESTALE', [2]);
const REFUSED = codes('EACCES EPERM EROFS', [5]);

/** Whether the kernel ran out of something: memory, space, descriptors, or what the process is allowed of them. */
export function isFull(error: unknown): boolean {
  return FULL.has(codeOf(error) ?? '');
}

/**
 * What `make` gives, at once or later.
 * @throws SameboxError `NO_SPACE` if something is full; other errors as they are.
 */
export function orMakingFailed<T>(bytes: number, make: () => T | Promise<T>): T | Promise<T> {
  try {
    const made = make();
    return made instanceof Promise ? made.catch((error: unknown) => failed(error, bytes)) : made;
  } catch (error) {
    return failed(error, bytes);
  }
}

/**
 * What opening a segment failed with. `NO_SPACE` if something is full or the segment is gone: the bytes can still come
 * inline. `DENIED` if this process may not open it. Else the error as it is.
 */
export function openingFailed(error: unknown, grant: string): unknown {
  const code = codeOf(error) ?? '';
  if (SameboxError.is(error)) return error;
  if (isFull(error))
    return noSpace(`The segment ${grant} can't be mapped: ${messageOf(error)}.`, grant, error);
  if (GONE.has(code)) return noSpace(`The segment ${grant} is gone.`, grant, error);
  if (!REFUSED.has(code)) return error;
  const message = `This process may not open the segment ${grant}: ${messageOf(error)}.`;
  return new SameboxError('DENIED', message, { cause: error, details: { grant } });
}

/** A grant that doesn't say how to open a segment, or leads to something else. */
export function badGrant(grant: string, fact: string, cause?: unknown): SameboxError {
  const shown = JSON.stringify(grant.length > 200 ? `${grant.slice(0, 200)}...` : grant);
  return new SameboxError('PROTOCOL', `The grant ${shown} ${fact}.`, { cause, details: { grant } });
}

/** @throws SameboxError `TOO_LARGE` over `SEGMENT_BYTES`; RangeError if `bytes` isn't a whole number above 0. */
export function requireSegmentSize(bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 1) {
    throw new RangeError(`A segment has a whole number of bytes above 0, not ${String(bytes)}.`);
  }
  if (bytes <= SEGMENT_BYTES) return;
  const message = `A segment of ${String(bytes)} bytes is over the limit of ${String(SEGMENT_BYTES)}.`;
  throw new SameboxError('TOO_LARGE', message, { details: { bytes, limit: SEGMENT_BYTES } });
}

function noSpace(message: string, grant: string, cause: unknown): SameboxError {
  return new SameboxError('NO_SPACE', message, { cause, details: { grant } });
}

function failed(error: unknown, bytes: number): never {
  if (!isFull(error)) throw error;
  const message = `There is no room for ${String(bytes)} bytes of shared memory: ${messageOf(error)}.`;
  throw new SameboxError('NO_SPACE', message, { cause: error, details: { bytes } });
}

function codes(posix: string, windows: readonly number[]): ReadonlySet<string> {
  return new Set([...posix.split(' '), ...windows.map((errno) => `WIN32_${String(errno)}`)]);
}
