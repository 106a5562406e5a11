// How long the path of a Unix domain socket may be. Node cuts a longer one without a word.
import { SameboxError } from '../errors';
import type { OperatingSystem } from '../os';

/** The longest socket path in bytes: `sun_path` less its final zero. */
export function socketPathLimit(os: OperatingSystem): number {
  return os === 'linux' ? 107 : 103;
}

/** Whether a socket can have this path; bytes count, not letters. */
export function fitsSocketPath(path: string, os: OperatingSystem): boolean {
  return Buffer.byteLength(path) <= socketPathLimit(os);
}

/** @throws `INVALID_ARGUMENT` with the length, the limit and what to do, if `path` is too long for a socket. */
export function requireSocketPath(path: string, os: OperatingSystem): void {
  if (path.includes('\0')) {
    throw new SameboxError('INVALID_ARGUMENT', 'A socket path has no zero byte in it.', {
      details: { path },
    });
  }
  if (fitsSocketPath(path, os)) return;
  const [length, limit] = [Buffer.byteLength(path), socketPathLimit(os)];
  throw new SameboxError(
    'INVALID_ARGUMENT',
    `The socket path ${path} has ${String(length)} bytes; this system takes at most ${String(limit)}. ` +
      'Use a shorter name or path, or set SAMEBOX_RUNTIME_DIR to a directory with a shorter path.',
    { details: { path, length, limit } },
  );
}
