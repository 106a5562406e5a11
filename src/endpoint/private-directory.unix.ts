// Directories in which only their user makes things: made, checked, and refused when they are somebody else's.
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  statSync,
  type Stats,
} from 'node:fs';
import { SameboxError } from '../errors';
import { codeOf, groupLabel, userLabel } from '../native';

/**
 * All rights of others but one: a group may pass through a directory that a daemon has opened to it (0710). It can neither
 * list what is there nor make anything, and each socket has a mode of its own.
 */
const OPEN_TO_OTHERS = 0o067;
const PASSAGE = 0o010;
const WRITABLE_BY_OTHERS = 0o022;
const ROOT = 0;

/**
 * Makes sure that `path` is a directory of this user that nobody else may enter: creates it with mode 0700 (its parent
 * must exist), and takes the rights of others away from one that is ours; only a group that may pass keeps that right.
 *
 * @param uid the user that it must belong to. Default: this process's.
 * @param group a group that shall be able to pass through it: the mode becomes 0710.
 * @throws `DENIED` if it is a link, no directory, belongs to somebody else, or is open to another group already; the file
 * system's own error if it can't be made, `EPERM` if the group can't be given.
 */
export function ensurePrivateDirectory(path: string, uid = process.geteuid?.() ?? -1, group?: number): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const found = lstatSync(path);
  requireOwnDirectory(path, found, uid);
  if ((found.mode & OPEN_TO_OTHERS) !== 0) change(path, uid, (fd) => fchmodSync(fd, 0o700));
  if (group === undefined || opensTo(path, group)) return;
  change(path, uid, (fd) => {
    fchownSync(fd, -1, group);
    fchmodSync(fd, 0o710);
  });
}

/** Whether the group may pass already. @throws `DENIED` if another one may: a directory has one group. */
function opensTo(path: string, group: number): boolean {
  const { mode, gid, uid } = lstatSync(path);
  if ((mode & PASSAGE) === 0) return false;
  if (gid === group) return true;
  throw denied(
    path,
    `The directory ${path} is open to the group ${groupLabel(gid)}, and can't be to ${groupLabel(group)} as well`,
    `Listen elsewhere; or, if no daemon needs it any more, close it: chmod 700 ${path}`,
    uid,
  );
}

/**
 * Checks that what is found in the directory `path` was put there by this user or by root: what a client asks before it
 * talks to a socket in there. A missing directory passes, since there is nothing in it.
 *
 * @throws `DENIED` if it is a link, no directory, belongs to somebody else, or lets others write.
 */
export function checkPrivateDirectory(path: string, uid = process.geteuid?.() ?? -1): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  requireOwnDirectory(path, found, found.uid === ROOT ? ROOT : uid);
  if ((found.mode & WRITABLE_BY_OTHERS) === 0) return;
  throw denied(path, `The directory ${path} lets other users write`, `Close it: chmod 700 ${path}`, uid);
}

/**
 * Checks the system's directory, whose daemons other users run: only those whom root chose may make sockets there.
 *
 * @throws `DENIED` if it lets anybody write.
 */
export function checkSystemDirectory(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || (found.mode & 0o002) === 0) return;
  throw denied(
    path,
    `The directory ${path} lets anybody write, so anybody could pretend to be a daemon there`,
    `Have root close it: chmod o-w ${path}`,
    found.uid,
  );
}

function requireOwnDirectory(path: string, found: Stats, uid: number): void {
  const remove = 'Remove it, or set SAMEBOX_RUNTIME_DIR to a directory of your own';
  if (found.isSymbolicLink()) {
    throw denied(
      path,
      `${path} is a link (made by ${userLabel(found.uid)}), not a directory`,
      remove,
      found.uid,
    );
  }
  if (!found.isDirectory()) throw denied(path, `${path} is not a directory`, remove, found.uid);
  if (found.uid !== uid) {
    const [owner, we] = [userLabel(found.uid), userLabel(uid)];
    const ask = `Have ${owner} or root remove it, or set SAMEBOX_RUNTIME_DIR to a directory of your own`;
    throw denied(path, `The directory ${path} belongs to ${owner}, not to ${we}`, ask, found.uid);
  }
}

/** By descriptor, so that what was checked is what is changed. */
function change(path: string, uid: number, to: (fd: number) => void): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    requireOwnDirectory(path, fstatSync(fd), uid);
    to(fd);
  } finally {
    closeSync(fd);
  }
}

function denied(path: string, fact: string, next: string, owner: number): SameboxError {
  return new SameboxError('DENIED', `${fact}. ${next}.`, { details: { path, owner: userLabel(owner) } });
}
