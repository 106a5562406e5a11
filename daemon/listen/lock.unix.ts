// The lock of an endpoint on POSIX: flock on `SOCKET.lock`, which holds the daemon's pid for others to read.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Endpoint } from '../../src/endpoint';
import { SameboxError } from '../../src/errors';
import { codeOf, native, userLabel } from '../../src/native';
import { tryFlock } from '../../src/native/flock.unix';
import { alreadyRunning } from './already-running';
import type { EndpointLock } from './lock';

/** How often a lock file may be replaced under our hands before something other than daemons is at work. */
const ATTEMPTS = 100;

/**
 * Takes the lock, or says `'unavailable'` where flock can't be had (no koffi, a file system without locks).
 *
 * The file is unlinked by its holder, under the lock. So whoever gets a lock checks that the file is still the one at the
 * path, and starts over if not: it may have opened what the last holder was about to remove.
 *
 * @throws as `lockEndpoint`.
 */
export function takeFlock(endpoint: Endpoint): EndpointLock | 'unavailable' {
  if (!native().available) return 'unavailable';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const fd = openLockFile(endpoint.lockPath);
    let keep = false;
    try {
      const answer = flockOf(fd);
      if (answer === 'unavailable') return 'unavailable';
      if (answer === 'held') throw alreadyRunning(endpoint, pidIn(fd));
      if (!isAt(endpoint.lockPath, fd)) continue;
      ftruncateSync(fd);
      writeSync(fd, `${String(process.pid)}\n`, 0);
      keep = true;
      return held(endpoint.lockPath, fd);
    } finally {
      if (!keep) closeSync(fd);
    }
  }
  throw new SameboxError('INTERNAL', `The lock file ${endpoint.lockPath} is being replaced again and again.`);
}

function held(path: string, fd: number): EndpointLock {
  let released = false;
  return {
    release: async () => {
      if (released) return;
      released = true;
      try {
        if (isAt(path, fd)) unlinkSync(path);
      } finally {
        closeSync(fd);
      }
    },
  };
}

/** Never through a link, and never a file of another user, who could hold it for ever. */
function openLockFile(path: string): number {
  const fd = openOrExplain(path);
  const found = fstatSync(fd);
  if (found.isFile() && found.uid === process.geteuid?.()) return fd;
  closeSync(fd);
  throw notOurs(path, found.isFile() ? `belongs to ${userLabel(found.uid)}` : 'is not a file');
}

function openOrExplain(path: string): number {
  try {
    return openSync(
      path,
      constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      0o600,
    );
  } catch (error) {
    switch (codeOf(error)) {
      case 'ELOOP':
        throw notOurs(path, 'is a link', error);
      case 'EISDIR':
        throw notOurs(path, 'is a directory', error);
      case 'EACCES':
      case 'EPERM':
        throw notOurs(path, 'cannot be opened for writing', error);
      case 'EROFS':
        throw new SameboxError(
          'DENIED',
          `${dirname(path)} lies on a read-only file system. Listen elsewhere: the environment variable SAMEBOX_RUNTIME_DIR names a folder for that.`,
          { cause: error, details: { path } },
        );
      case 'ENOENT':
        throw new SameboxError(
          'INVALID_ARGUMENT',
          `There is no directory ${dirname(path)}. Make it first, or listen elsewhere.`,
          { cause: error, details: { path } },
        );
      default:
        throw error;
    }
  }
}

function flockOf(fd: number): ReturnType<typeof tryFlock> {
  try {
    return tryFlock(fd);
  } catch (error) {
    if (['ENOLCK', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error) ?? '')) return 'unavailable';
    throw error;
  }
}

function isAt(path: string, fd: number): boolean {
  const [ours, there] = [fstatSync(fd), statSync(path, { throwIfNoEntry: false })];
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
}

/** Empty for the moment in which its holder has locked and not yet written. */
function pidIn(fd: number): number | undefined {
  const text = Buffer.alloc(16);
  const pid = Number.parseInt(text.toString('latin1', 0, readSync(fd, text, 0, text.length, 0)), 10);
  return pid > 0 ? pid : undefined;
}

function notOurs(path: string, fact: string, cause?: unknown): SameboxError {
  return new SameboxError('DENIED', `The lock file ${path} ${fact}. Remove it, or listen elsewhere.`, {
    cause,
    details: { path },
  });
}
