// Making segments as sealed memfds: no name, no leftovers, and nobody can cut them. Their space is the machine's memory.
import { readFileSync } from 'node:fs';
import { messageOf } from '../errors';
import { codeOf } from '../native';
import { OwnMemory, type MakerAnswer } from './mapped-memory';
import { mappingAccess } from './mapping';
import { addSeals, closeMemfd, createMemfd, memfdMount, SEAL } from './memfd-kernel.linux';
import { SEGMENT_HEADER_BYTES, type OwnSegment } from './memory';
import { mapFile } from './mmap.unix';
import { whenSized } from './reserve.unix';
import { isFull, orMakingFailed, requireSegmentSize } from './segment-errors';

/**
 * The maker of memfds, or why there is none.
 *
 * @param reserving whether the memory is claimed before it is used. Default: only where the kernel counts it strictly
 * (vm.overcommit_memory=2), since there a page that can't be had ends the process; elsewhere memory comes when touched.
 */
export function memfdMaker(reserving = overcommitIsStrict()): MakerAnswer {
  const access = mappingAccess();
  if ('unavailable' in access) return access;
  try {
    memfdMount();
  } catch (error) {
    // Full for the moment isn't unavailable: `create` will say what is full.
    if (!isFull(error)) return { unavailable: `memfds are unavailable: ${messageOf(error)}` };
  }
  return { way: 'memfd', create: (bytes, options) => create(bytes, options?.published ?? false, reserving) };
}

function create(bytes: number, published: boolean, reserving: boolean): OwnSegment | Promise<OwnSegment> {
  requireSegmentSize(bytes);
  return orMakingFailed(bytes, () => {
    const fd = createMemfd();
    return whenSized(
      fd,
      SEGMENT_HEADER_BYTES + bytes,
      reserving,
      () => sealed(fd, bytes, published),
      () => closeMemfd(fd),
    );
  });
}

/** The descriptor stays open until the segment is removed: later openers come by its number. */
function sealed(fd: number, bytes: number, published: boolean): OwnSegment {
  addSeals(fd, SEAL.shrink | SEAL.grow);
  const mapping = mapFile(fd, SEGMENT_HEADER_BYTES + bytes, 'shared');
  try {
    // Mapped before: the seal lets a mapping that exists go on writing.
    if (published) sealAgainstWriting(fd);
    addSeals(fd, SEAL.seal);
    const grant = `memfd:${String(process.pid)}:${String(fd)}`;
    return new OwnMemory('memfd', bytes, mapping, grant, () => closeMemfd(fd));
  } catch (error) {
    mapping.unmap();
    throw error;
  }
}

function sealAgainstWriting(fd: number): void {
  try {
    addSeals(fd, SEAL.futureWrite);
  } catch (error) {
    // Before Linux 5.1: readers are on their word, as with files.
    if (codeOf(error) !== 'EINVAL') throw error;
  }
}

function overcommitIsStrict(): boolean {
  try {
    return readFileSync('/proc/sys/vm/overcommit_memory', 'latin1').trim() === '2';
  } catch {
    return false; // Not shown in this container: then it is what nearly every kernel has.
  }
}
