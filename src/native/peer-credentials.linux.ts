// SO_PEERCRED: a Unix domain socket's peer on Linux. See unix(7).
import { socketOption } from './getsockopt.linux';
import type { PeerCredentials } from './peer-credentials';
import { peerGroupsOfLinux } from './peer-groups.linux';

const SO_PEERCRED = 17;
/** What the kernel gives for a socket whose peer never had credentials, such as one of another family. */
const NOBODY = 0xffffffff;

/** The peer of the socket `fd`; `undefined` if the kernel doesn't say, or without koffi. */
export function credentialsOfLinux(fd: number): PeerCredentials | undefined {
  // `struct ucred` is three ints: pid, uid, gid.
  const value = new Uint32Array(3);
  if (socketOption(fd, SO_PEERCRED, value)?.failed !== false) return undefined;
  const [pid = 0, uid = NOBODY, gid = NOBODY] = value;
  if (uid === NOBODY) return undefined;
  const groups = [...new Set([gid, ...peerGroupsOfLinux(fd)])];
  return pid > 0 ? { pid, uid, gid, groups } : { uid, gid, groups };
}
