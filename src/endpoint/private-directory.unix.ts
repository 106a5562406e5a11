// Directories that only their user may enter: made, checked, and refused when they are somebody else's.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
} from 'node:fs';
import { SameboxError } from '../errors';
import { codeOf, userLabel } from '../native';

const OPEN_TO_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes sure that `path` is a directory of this user that nobody else may enter: creates it with mode 0700 (its parent
 * must exist), and takes the rights of others away from one that is ours.
 *
 * @param uid the user that it must belong to. Default: this process's.
 * @throws `DENIED` if it is a link, no directory, or belongs to somebody else; the file system's own error if it can't
 * be made.
 */
export function ensurePrivateDirectory(path: string, uid = process.geteuid?.() ?? -1): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const found = lstatSync(path);
  requireOwnDirectory(path, found, uid);
  if ((found.mode & OPEN_TO_OTHERS) !== 0) close(path, uid);
}

/**
 * Checks that what is found in the directory `path` can be trusted to be this user's own: what a client asks before it
 * talks to a socket in there. A missing directory passes, since there is nothing in it.
 *
 * @throws `DENIED` if it is a link, no directory, belongs to somebody else, or lets others write.
 */
export function checkPrivateDirectory(path: string, uid = process.geteuid?.() ?? -1): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  requireOwnDirectory(path, found, uid);
  if ((found.mode & WRITABLE_BY_OTHERS) === 0) return;
  throw denied(path, `The directory ${path} lets other users write`, `Close it: chmod 700 ${path}`, uid);
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
function close(path: string, uid: number): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    requireOwnDirectory(path, fstatSync(fd), uid);
    fchmodSync(fd, 0o700);
  } finally {
    closeSync(fd);
  }
}

function denied(path: string, fact: string, next: string, owner: number): SameboxError {
  return new SameboxError('DENIED', `${fact}. ${next}.`, { details: { path, owner: userLabel(owner) } });
}
