// getpeereid and LOCAL_PEERPID: a Unix domain socket's peer on macOS. See unix(4).
import { libcFunction } from './libc.unix';
import type { PeerCredentials } from './peer-credentials';

const SOL_LOCAL = 0;
const LOCAL_PEERPID = 2;

type GetPeerEid = (fd: number, uid: Uint32Array, gid: Uint32Array) => number;
type GetSockOpt = (
  fd: number,
  level: number,
  option: number,
  value: Int32Array,
  length: Uint32Array,
) => number;

/** The peer of the socket `fd`; `undefined` if the kernel doesn't say, or without koffi. */
export function credentialsOfDarwin(fd: number): PeerCredentials | undefined {
  const getpeereid = libcFunction<GetPeerEid>('int getpeereid(int fd, uint32_t *uid, uint32_t *gid)');
  const getsockopt = libcFunction<GetSockOpt>(
    'int getsockopt(int fd, int level, int option, int32_t *value, uint32_t *length)',
  );
  if (getpeereid === undefined || getsockopt === undefined) return undefined;
  const [uids, gids, pids] = [new Uint32Array(1), new Uint32Array(1), new Int32Array(1)];
  if (getpeereid(fd, uids, gids) !== 0) return undefined;
  const [uid = 0, gid = 0] = [uids[0], gids[0]];
  const known = getsockopt(fd, SOL_LOCAL, LOCAL_PEERPID, pids, Uint32Array.of(4)) === 0;
  const pid = known ? (pids[0] ?? 0) : 0;
  return pid > 0 ? { pid, uid, gid } : { uid, gid };
}
