// The segment files of this process: their names, their lock, and their removal when it ends.
import { join } from 'node:path/posix';
import { dropLock, makeLock, segmentName, stands, unlinkIfThere, type OwnerLock } from './owner-lock.unix';
import { sweep } from './sweep.unix';

/** Files in one directory, under one lock. Gone when the last of them is removed. */
class OwnedFiles {
  private readonly paths = new Set<string>();
  private readonly lock: OwnerLock;
  private made = 0;

  constructor(readonly directory: string) {
    this.lock = makeLock(directory);
  }

  get standing(): boolean {
    return stands(this.lock);
  }

  /** A path for a new file: from now on it is removed with the others. */
  add(): string {
    const path = join(this.directory, segmentName(this.lock.owner, this.made++));
    this.paths.add(path);
    return path;
  }

  remove(path: string): void {
    if (!this.paths.delete(path)) return;
    unlinkIfThere(path);
    if (this.paths.size === 0) this.end();
  }

  removeAll(): void {
    for (const path of this.paths) this.remove(path);
  }

  private end(): void {
    living.delete(this);
    dropLock(this.lock);
  }
}

/** A path for a new segment file, and what removes it. */
export interface OwnedPath {
  readonly path: string;
  remove(): void;
}

const living = new Set<OwnedFiles>();
const swept = new Set<string>();
let atExit = false;

/**
 * A path in `directory` that no other process uses, kept from sweepers by a lock. The first in a directory sweeps it.
 * A signal that ends the process leaves the files to the next sweeper.
 *
 * @throws the file system's error.
 */
export function ownPath(directory: string): OwnedPath {
  if (!swept.has(directory)) {
    sweep(directory);
    swept.add(directory);
  }
  const files = livingIn(directory);
  const path = files.add();
  return { path, remove: () => files.remove(path) };
}

/** A lock that somebody has removed protects nothing: new files get a new one. */
function livingIn(directory: string): OwnedFiles {
  const found = [...living].find((files) => files.directory === directory && files.standing);
  if (found !== undefined) return found;
  const files = new OwnedFiles(directory);
  living.add(files);
  if (!atExit) process.once('exit', removeAll);
  atExit = true;
  return files;
}

function removeAll(): void {
  for (const files of living) files.removeAll();
}
