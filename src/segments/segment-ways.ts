// Which way segments are made on this system, and which way a grant is opened: the seam between the systems.
import { SameboxError } from '../errors';
import { IS_WINDOWS, OS } from '../os';
import { fileMaker } from './file.unix';
import type { MakerAnswer } from './mapped-memory';
import { mappingMaker } from './mapping.windows';
import { memfdMaker } from './memfd.linux';
import { SEGMENT_BYTES, type OpenOptions, type ReadSegment, type SegmentMemory } from './memory';
import { openFile } from './open-file.unix';
import { openMapping } from './open-mapping.windows';
import { openMemfd } from './open-memfd.linux';
import { badGrant, openingFailed } from './segment-errors';

/**
 * The way to make segments here, or why there is none: a file mapping on Windows, a memfd on Linux (a file if there are no
 * memfds), else a file.
 *
 * @param preference one of the two ways that Linux has. `'file'` is what every other POSIX system does.
 */
export function segmentMaker(preference?: 'memfd' | 'file'): MakerAnswer {
  if (IS_WINDOWS) return mappingMaker();
  if (OS !== 'linux') return fileMaker();
  if (preference === 'file') return fileMaker();
  const memfds = memfdMaker();
  return 'unavailable' in memfds && preference === undefined ? fileMaker() : memfds;
}

/**
 * Opens the segment that `grant` names. A `ReadSegment` where mapping it would put this process into its owner's hands:
 * a file of an owner that isn't trusted.
 *
 * @throws SameboxError `PROTOCOL` for a grant of no known way, or one that leads to something else than it says;
 * `DENIED` if this process may not open it; `NO_SPACE` if it is gone or can't be mapped now; `TOO_LARGE`.
 */
export function openSegment(grant: string, options: OpenOptions): SegmentMemory | ReadSegment {
  const { bytes } = options;
  if (!Number.isInteger(bytes) || bytes < 1) throw badGrant(grant, `is for ${String(bytes)} bytes`);
  if (bytes > SEGMENT_BYTES) {
    const message = `A segment of ${String(bytes)} bytes is over the limit of ${String(SEGMENT_BYTES)}.`;
    throw new SameboxError('TOO_LARGE', message, { details: { bytes, limit: SEGMENT_BYTES } });
  }
  try {
    return openByWay(grant, options);
  } catch (error) {
    throw openingFailed(error, grant);
  }
}

function openByWay(grant: string, options: OpenOptions): SegmentMemory | ReadSegment {
  const way = grant.slice(0, Math.max(0, grant.indexOf(':')));
  if (way === 'memfd' && OS === 'linux') return openMemfd(grant, options);
  if (way === 'file' && !IS_WINDOWS) return openFile(grant, options);
  if (way === 'mapping' && IS_WINDOWS) return openMapping(grant, options);
  throw badGrant(grant, 'names no way that this system has');
}
