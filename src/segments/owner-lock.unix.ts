// The lock file of a process that owns segment files: held with flock for as long as there are any, gone with the process.
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path/posix';
import { SameboxError } from '../errors';
import { codeOf } from '../native';
import { tryFlock } from '../native/flock.unix';

/** How often a sweeper may come between making a lock file and locking it. */
const ATTEMPTS = 100;

/** Never through a link; a fifo with the name must not make anybody wait. */
const LOCK_FLAGS = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** `OWNER.lock` and `OWNER.N.seg`, where OWNER is 32 hexadecimal digits. */
const NAME = /^([0-9a-f]{32})\.(?:lock|(0|[1-9]\d*)\.seg)$/;

/** A lock that is held. */
export interface OwnerLock {
  readonly owner: string;
  readonly path: string;
  readonly fd: number;
}

/** Whose lock or segment the file `name` is; `undefined` for any other file. */
export function ownerIn(name: string): { readonly owner: string; readonly isSegment: boolean } | undefined {
  const [, owner, number] = NAME.exec(name) ?? [];
  return owner === undefined ? undefined : { owner, isSegment: number !== undefined };
}

/** The name of the owner's segment file `number`. */
export function segmentName(owner: string, number: number): string {
  return `${owner}.${String(number)}.seg`;
}

/** Where the owner's lock file lies. */
export function lockPath(directory: string, owner: string): string {
  return join(directory, `${owner}.lock`);
}

/**
 * A lock under a name that nobody has had. Between making and locking it a sweeper may take it for a dead owner's: then
 * another is made under another name, so that the sweeper, who removes by name, never removes that.
 *
 * @throws the file system's error, `ENOLCK` or `EOPNOTSUPP` if it has no locks.
 */
export function makeLock(directory: string): OwnerLock {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const owner = randomBytes(16).toString('hex');
    const path = lockPath(directory, owner);
    const fd = openSync(path, LOCK_FLAGS | constants.O_CREAT | constants.O_EXCL, 0o600);
    let made = false;
    try {
      made = lockedOrClosed(path, fd);
      if (made) return { owner, path, fd };
    } finally {
      // Nobody ever uses the name again: it may be removed without the lock.
      if (!made) unlinkIfThere(path);
    }
  }
  throw new SameboxError('INTERNAL', `Lock files in ${directory} are being removed again and again.`);
}

/**
 * The lock of an owner who is dead, held now. `'missing'` if there is none, `'held'` if the owner lives, is being swept by
 * somebody else, or isn't ours to judge.
 */
export function lockOfDead(directory: string, owner: string): OwnerLock | 'held' | 'missing' {
  const path = lockPath(directory, owner);
  let fd: number;
  try {
    fd = openSync(path, LOCK_FLAGS);
  } catch (error) {
    // Another user's (EACCES), a link (ELOOP), a directory, a socket: nothing that samebox made for this user.
    return codeOf(error) === 'ENOENT' ? 'missing' : 'held';
  }
  return lockedOrClosed(path, fd) ? { owner, path, fd } : 'held';
}

/** Whether the lock file is still there under its name. */
export function stands({ path, fd }: Pick<OwnerLock, 'path' | 'fd'>): boolean {
  const [ours, there] = [fstatSync(fd), lstatSync(path, { throwIfNoEntry: false })];
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
}

/** Removed under the lock, then given up. */
export function dropLock(lock: OwnerLock): void {
  try {
    if (stands(lock)) unlinkIfThere(lock.path);
  } finally {
    closeSync(lock.fd);
  }
}

/** Whether there was something to remove. */
export function unlinkIfThere(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Whoever gets a lock checks that it still stands: its last holder may have removed it. */
function lockedOrClosed(path: string, fd: number): boolean {
  let locked = false;
  try {
    const found = fstatSync(fd);
    const ours = found.isFile() && found.uid === process.geteuid?.();
    locked = ours && tryFlock(fd) === 'locked' && stands({ path, fd });
    return locked;
  } finally {
    if (!locked) closeSync(fd);
  }
}
