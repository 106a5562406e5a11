// Making segments as files that only their user can open: the way of every POSIX system without memfds.
import { closeSync, constants, openSync } from 'node:fs';
import { OwnMemory, type MakerAnswer } from './mapped-memory';
import { mappingAccess } from './mapping';
import { SEGMENT_HEADER_BYTES, type OwnSegment } from './memory';
import { mapFile } from './mmap.unix';
import { ownPath, type OwnedPath } from './owned-files.unix';
import { whenSized } from './reserve.unix';
import { orMakingFailed, requireSegmentSize } from './segment-errors';
import { ownSegmentDirectory } from './segment-directory.unix';

const CREATE_FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * The maker of files, or why there is none. What it makes is removed when the process ends, or by the next process of this
 * user that makes some if it ended by a signal.
 */
export function fileMaker(): MakerAnswer {
  const access = mappingAccess();
  return 'unavailable' in access ? access : { way: 'file', create };
}

/** There is nothing to do for `published`: readers are of the same user, who can open the file for writing in any case. */
function create(bytes: number): OwnSegment | Promise<OwnSegment> {
  requireSegmentSize(bytes);
  return orMakingFailed(bytes, () => {
    const owned = ownPath(ownSegmentDirectory());
    const fd = openNew(owned);
    const undo = () => {
      closeSync(fd);
      owned.remove();
    };
    return whenSized(fd, SEGMENT_HEADER_BYTES + bytes, true, () => mapped(fd, bytes, owned), undo);
  });
}

function openNew(owned: OwnedPath): number {
  try {
    return openSync(owned.path, CREATE_FLAGS, 0o600);
  } catch (error) {
    owned.remove();
    throw error;
  }
}

function mapped(fd: number, bytes: number, owned: OwnedPath): OwnSegment {
  const mapping = mapFile(fd, SEGMENT_HEADER_BYTES + bytes, 'shared');
  closeSync(fd);
  return new OwnMemory('file', bytes, mapping, `file:${owned.path}`, () => owned.remove());
}
