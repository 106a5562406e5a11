// Opening a memfd of another process by its number. The other process may lie: what is opened is checked before it is.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { SameboxError } from '../errors';
import { MappedMemory } from './mapped-memory';
import { memfdMount, mountOf, SEAL, sealsOf } from './memfd-kernel.linux';
import { SEGMENT_HEADER_BYTES, type OpenOptions, type SegmentMemory } from './memory';
import { mapFile } from './mmap.unix';
import { badGrant } from './segment-errors';

/** Finds a file without opening it: no driver, no fifo and no file server hears of it. Node has no constant for it. */
const O_PATH = 0o10000000;

/**
 * Maps the memfd that `grant` names: `memfd:PID:FD`.
 *
 * A number can lead to anything that the other process has open, and can lead elsewhere a moment later. So the file is
 * first held without being opened, known by its mount for a memfd, and only then opened, by the hold.
 *
 * @throws SameboxError `PROTOCOL` if it isn't a sealed memfd of a samebox segment of this size, or of another process than
 * `options.pid`; `DENIED` if the owner isn't trusted and nobody knows who it is; the kernel's error.
 */
export function openMemfd(grant: string, options: OpenOptions): SegmentMemory {
  const [, pid, number] = /^memfd:([1-9]\d{0,9}):(0|[1-9]\d{0,8})$/.exec(grant) ?? [];
  if (pid === undefined || number === undefined) throw badGrant(grant, 'is not of the form memfd:PID:FD');
  requireOwner(grant, Number(pid), options);
  return withFile(`/proc/${pid}/fd/${number}`, O_PATH, (held) => {
    if (mountOf(held) !== memfdMount()) throw badGrant(grant, 'does not lead to a memfd');
    const access = options.writes === 'both' ? constants.O_RDWR : constants.O_RDONLY;
    const flags = access | constants.O_NONBLOCK | constants.O_NOCTTY;
    return withFile(`/proc/self/fd/${String(held)}`, flags, (fd) => mapChecked(fd, grant, options));
  });
}

/** Else a client could have the daemon show it what another user's process has shared with somebody else. */
function requireOwner(grant: string, pid: number, { pid: owner, trusted }: OpenOptions): void {
  if (owner === undefined && !trusted) {
    throw new SameboxError('DENIED', `Nobody knows which process the grant ${grant} comes from.`, {
      details: { grant },
    });
  }
  if (owner === undefined || owner === pid) return;
  throw badGrant(grant, `comes from process ${String(owner)} and names another`);
}

function mapChecked(fd: number, grant: string, { bytes, writes }: OpenOptions): SegmentMemory {
  if ((sealsOf(fd) & SEAL.shrink) === 0) throw badGrant(grant, 'leads to a memfd that its owner could cut');
  const length = SEGMENT_HEADER_BYTES + bytes;
  const found = fstatSync(fd);
  if (!found.isFile() || found.size !== length) {
    throw badGrant(grant, `leads to ${String(found.size)} bytes, not ${String(length)}`);
  }
  return MappedMemory.opened('memfd', bytes, mapFile(fd, length, writes === 'both' ? 'shared' : 'private'));
}

/** libuv adds O_CLOEXEC. */
function withFile<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(path, flags);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
