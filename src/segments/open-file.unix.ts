// Opening a segment file of another process of this user: mapped if its owner is trusted, else read.
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { basename, isAbsolute, normalize } from 'node:path/posix';
import { SameboxError } from '../errors';
import { userLabel } from '../native';
import { FileReader } from './file-reader.unix';
import { HeaderPage } from './header';
import { MappedMemory } from './mapped-memory';
import { SEGMENT_HEADER_BYTES, type OpenOptions, type ReadSegment, type SegmentMemory } from './memory';
import { mapFile } from './mmap.unix';
import { ownerIn } from './owner-lock.unix';
import { badGrant } from './segment-errors';

const OPEN_TO_OTHERS = 0o077;

/** No link, no waiting for a fifo's other end, no terminal of our own. */
const CAREFULLY = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens the file that `grant` names: `file:PATH`. It may lie anywhere, since the owner can have another idea of where such
 * files lie, but must be named as they are, be this user's, and closed to others.
 *
 * @throws SameboxError `PROTOCOL` if it isn't a segment file of this size; `DENIED` if it is another user's; the kernel's
 * error.
 */
export function openFile(grant: string, options: OpenOptions): SegmentMemory | ReadSegment {
  const path = grant.slice('file:'.length);
  const wellFormed = isAbsolute(path) && normalize(path) === path && !path.includes('\0');
  if (!wellFormed || !ownerIn(basename(path))?.isSegment) {
    throw badGrant(grant, 'does not name a segment file by its absolute path');
  }
  // Looked at first, since to open some things is to set them off; and again when open, since it may be another by then.
  requireSegmentFile(grant, lstatSync(path), options.bytes);
  const writing = options.trusted && options.writes === 'both';
  const fd = openSync(path, (writing ? constants.O_RDWR : constants.O_RDONLY) | CAREFULLY);
  let keep = false;
  try {
    requireSegmentFile(grant, fstatSync(fd), options.bytes);
    if (options.trusted) return mapped(fd, options);
    const reader = read(fd, grant, options.bytes);
    keep = true;
    return reader;
  } finally {
    if (!keep) closeSync(fd);
  }
}

function requireSegmentFile(grant: string, found: Stats, bytes: number): void {
  if (!found.isFile()) throw badGrant(grant, found.isSymbolicLink() ? 'leads to a link' : 'leads to no file');
  if (found.uid !== process.geteuid?.()) {
    const message = `The segment ${grant} belongs to ${userLabel(found.uid)}.`;
    throw new SameboxError('DENIED', message, { details: { grant } });
  }
  if ((found.mode & OPEN_TO_OTHERS) !== 0) throw badGrant(grant, 'leads to a file that others may open');
  const length = SEGMENT_HEADER_BYTES + bytes;
  if (found.size === length) return;
  throw badGrant(grant, `leads to ${String(found.size)} bytes, not ${String(length)}`);
}

function mapped(fd: number, { bytes, writes }: OpenOptions): SegmentMemory {
  const mapping = mapFile(fd, SEGMENT_HEADER_BYTES + bytes, writes === 'both' ? 'shared' : 'private');
  return MappedMemory.opened('file', bytes, mapping);
}

function read(fd: number, grant: string, bytes: number): ReadSegment {
  const page = new Uint8Array(SEGMENT_HEADER_BYTES);
  if (readSync(fd, page, 0, page.length, 0) !== page.length)
    throw badGrant(grant, 'leads to a file that was cut');
  new HeaderPage(page.buffer).check(bytes);
  return new FileReader(fd, bytes);
}
