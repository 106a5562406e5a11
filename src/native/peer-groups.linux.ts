// SO_PEERGROUPS: the supplementary groups of a Unix domain socket's peer on Linux, since 4.13. See socket(7).
import { socketOption } from './getsockopt.linux';
import { native } from './koffi';

const SO_PEERGROUPS = 59;
/** Bytes of a gid. */
const GID_BYTES = 4;
const FIRST_TRY = 32;
/** NGROUPS_MAX: a process has no more. */
const MOST = 65536;

/**
 * The supplementary groups that the peer of the socket `fd` had when it connected; none where the kernel doesn't know the
 * option.
 */
export function peerGroupsOfLinux(fd: number): readonly number[] {
  const access = native();
  if (!access.available) return [];
  for (let room = FIRST_TRY; room <= MOST;) {
    const value = new Uint32Array(room);
    const read = socketOption(fd, SO_PEERGROUPS, value);
    if (read === undefined) return [];
    const count = read.bytes / GID_BYTES;
    if (!read.failed) return [...value.subarray(0, count)];
    // ERANGE comes with the length that it takes; anything else means that there is no such option.
    if (access.koffi.errno() !== access.koffi.os.errno.ERANGE) return [];
    room = Math.max(count, 2 * room);
  }
  return [];
}
