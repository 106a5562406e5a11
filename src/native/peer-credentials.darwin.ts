// LOCAL_PEERCRED and LOCAL_PEERPID: a Unix domain socket's peer on macOS. See unix(4) and <sys/ucred.h>.
import { libcFunction } from './libc.unix';
import type { PeerCredentials } from './peer-credentials';

const SOL_LOCAL = 0;
const LOCAL_PEERCRED = 1;
const LOCAL_PEERPID = 2;

/**
 * `struct xucred`: `u_int cr_version; uid_t cr_uid; short cr_ngroups; gid_t cr_groups[16]`, of which the first is the
 * effective gid. The short is followed by two bytes of padding.
 */
const XUCRED = { version: 0, bytes: 76, uidAt: 4, countAt: 8, groupsAt: 12, groups: 16 } as const;

type GetSockOpt = (fd: number, level: number, option: number, value: Buffer, length: Uint32Array) => number;

/** The peer of the socket `fd`; `undefined` if the kernel doesn't say, or without koffi. */
export function credentialsOfDarwin(fd: number): PeerCredentials | undefined {
  const getsockopt = libcFunction<GetSockOpt>(
    'int getsockopt(int fd, int level, int option, void *value, uint32_t *length)',
  );
  if (getsockopt === undefined) return undefined;
  const value = Buffer.alloc(XUCRED.bytes);
  const length = Uint32Array.of(value.length);
  if (getsockopt(fd, SOL_LOCAL, LOCAL_PEERCRED, value, length) !== 0) return undefined;
  const credentials = readXucred(value.subarray(0, length[0]));
  if (credentials === undefined) return undefined;
  const pids = Buffer.alloc(4);
  const known = getsockopt(fd, SOL_LOCAL, LOCAL_PEERPID, pids, Uint32Array.of(pids.length)) === 0;
  const pid = known ? pids.readInt32LE() : 0;
  return pid > 0 ? { pid, ...credentials } : credentials;
}

/** What a `struct xucred` says, in this machine's byte order; `undefined` for one of another version or without a group. */
export function readXucred(value: Buffer): Omit<PeerCredentials, 'pid'> | undefined {
  if (value.length < XUCRED.bytes || value.readUInt32LE() !== XUCRED.version) return undefined;
  const count = Math.min(value.readInt16LE(XUCRED.countAt), XUCRED.groups);
  const all = Array.from({ length: Math.max(0, count) }, (_, index) =>
    value.readUInt32LE(XUCRED.groupsAt + 4 * index),
  );
  const [gid] = all;
  if (gid === undefined) return undefined;
  return { uid: value.readUInt32LE(XUCRED.uidAt), gid, groups: [...new Set(all)] };
}
