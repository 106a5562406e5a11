// SO_PEERCRED: a Unix domain socket's peer on Linux. See unix(7).
import { libcFunction } from './libc.unix';
import type { PeerCredentials } from './peer-credentials';
import { peerGroupsOfLinux } from './peer-groups.linux';

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** What the kernel gives for a socket whose peer never had credentials, such as one of another family. */
const NOBODY = 0xffffffff;

type GetSockOpt = (
  fd: number,
  level: number,
  option: number,
  value: Uint32Array,
  length: Uint32Array,
) => number;

/** The peer of the socket `fd`; `undefined` if the kernel doesn't say, or without koffi. */
export function credentialsOfLinux(fd: number): PeerCredentials | undefined {
  const getsockopt = libcFunction<GetSockOpt>(
    'int getsockopt(int fd, int level, int option, void *value, uint32_t *length)',
  );
  if (getsockopt === undefined) return undefined;
  // `struct ucred` is three ints: pid, uid, gid.
  const value = new Uint32Array(3);
  const length = Uint32Array.of(value.byteLength);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, length) !== 0) return undefined;
  const [pid = 0, uid = NOBODY, gid = NOBODY] = value;
  if (uid === NOBODY) return undefined;
  const groups = [...new Set([gid, ...peerGroupsOfLinux(fd)])];
  return pid > 0 ? { pid, uid, gid, groups } : { uid, gid, groups };
}
