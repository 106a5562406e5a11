// Removing what dead processes have left in the directory of segment files.
import { readdirSync } from 'node:fs';
import { join } from 'node:path/posix';
import { dropLock, lockOfDead, ownerIn, unlinkIfThere } from './owner-lock.unix';

/**
 * Removes the segments and locks of owners that are dead, and nothing else. An owner is dead when its lock can be had: the
 * kernel gives it up with the process. Several sweepers may be at it at once: each owner is swept by whoever has its lock.
 *
 * Segments without a lock are removed as well. An owner makes its lock before its first segment and removes it after the
 * last, so that such an owner is dead or has lost its lock (logind's RemoveIPC); in either case who has them mapped
 * keeps them, and who hasn't gets the bytes inline.
 *
 * @returns the names of what was removed.
 * @throws the file system's error.
 */
export function sweep(directory: string): string[] {
  const found = readdirSync(directory).map((name) => ownerIn(name)?.owner);
  return [...new Set(found)].flatMap((owner) => (owner === undefined ? [] : sweepOwner(directory, owner)));
}

function sweepOwner(directory: string, owner: string): string[] {
  const lock = lockOfDead(directory, owner);
  if (lock === 'held') return [];
  if (lock === 'missing') return removeSegments(directory, owner);
  try {
    // Looked through again: the owner may have made more before it died.
    return removeSegments(directory, owner);
  } finally {
    dropLock(lock);
  }
}

function removeSegments(directory: string, owner: string): string[] {
  const names = readdirSync(directory).filter((name) => {
    const found = ownerIn(name);
    return found?.owner === owner && found.isSegment;
  });
  return names.filter((name) => unlinkIfThere(join(directory, name)));
}
