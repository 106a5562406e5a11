// The directory in which this user's segment files lie.
import { statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path/posix';
import { ensurePrivateDirectory } from '../endpoint';
import { OS } from '../os';

const SHARED_MEMORY = '/dev/shm';

/**
 * `SAMEBOX_RUNTIME_DIR`, else `/dev/shm/samebox-UID` on Linux, else `$XDG_RUNTIME_DIR/samebox`, else `samebox-UID` among the
 * temporary files. In memory wherever the system has such a place: on a disk, what is shared is also written to it.
 */
export function segmentDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SAMEBOX_RUNTIME_DIR) return resolve(env.SAMEBOX_RUNTIME_DIR);
  const own = `samebox-${String(process.geteuid?.() ?? userInfo().uid)}`;
  if (OS === 'linux' && statSync(SHARED_MEMORY, { throwIfNoEntry: false })?.isDirectory()) {
    return join(SHARED_MEMORY, own);
  }
  // A relative one counts as not set, says the XDG base directory specification.
  if (env.XDG_RUNTIME_DIR?.startsWith('/')) return join(resolve(env.XDG_RUNTIME_DIR), 'samebox');
  return join(resolve(tmpdir()), own);
}

/**
 * The same, made if it is missing.
 * @throws SameboxError `DENIED` if it belongs to somebody else or is a link; the file system's error.
 */
export function ownSegmentDirectory(): string {
  const directory = segmentDirectory();
  ensurePrivateDirectory(directory);
  return directory;
}
