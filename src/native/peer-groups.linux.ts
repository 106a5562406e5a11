// SO_PEERGROUPS: the supplementary groups of a Unix domain socket's peer on Linux, since 4.13. See socket(7).
import { native } from './koffi';
import { libcFunction } from './libc.unix';

const SOL_SOCKET = 1;
const SO_PEERGROUPS = 59;
/** Bytes of a gid. */
const GID_BYTES = 4;
const FIRST_TRY = 32;
/** NGROUPS_MAX: a process has no more. */
const MOST = 65536;

type GetSockOpt = (
  fd: number,
  level: number,
  option: number,
  value: Uint32Array,
  length: Uint32Array,
) => number;

/**
 * The supplementary groups that the peer of the socket `fd` had when it connected; none where the kernel doesn't know the
 * option.
 */
export function peerGroupsOfLinux(fd: number): readonly number[] {
  const access = native();
  const getsockopt = libcFunction<GetSockOpt>(
    'int getsockopt(int fd, int level, int option, void *value, uint32_t *length)',
  );
  if (!access.available || getsockopt === undefined) return [];
  for (let room = FIRST_TRY; room <= MOST;) {
    const value = new Uint32Array(room);
    const length = Uint32Array.of(value.byteLength);
    const failed = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, value, length) !== 0;
    const count = (length[0] ?? 0) / GID_BYTES;
    if (!failed) return [...value.subarray(0, count)];
    // ERANGE comes with the length that it takes; anything else means that there is no such option.
    if (access.koffi.errno() !== access.koffi.os.errno.ERANGE) return [];
    room = Math.max(count, 2 * room);
  }
  return [];
}
