// Who is at the other end of a Unix domain socket, as the kernel says.
import type { Socket } from 'node:net';
import { OS } from '../os';
import { native } from './koffi';
import { credentialsOfDarwin } from './peer-credentials.darwin';
import { credentialsOfLinux } from './peer-credentials.linux';

/**
 * What the kernel knows of a peer, taken when it connected (or, seen from a client, when the daemon began to listen).
 * `uid` and groups can be relied on; `pid` is a label: 0 or absent from another pid namespace, and numbers are used again.
 */
export interface PeerCredentials {
  readonly pid?: number;
  readonly uid: number;
  readonly gid: number;
  /** All groups, `gid` first. On a Linux before 4.13 `gid` alone; on macOS 16 at most. */
  readonly groups: readonly number[];
}

/**
 * The credentials of the peer of `socket`. `undefined` where nobody can tell: on Windows, on other systems, without
 * koffi, for a socket that is closed or isn't a Unix domain socket.
 */
export function peerCredentials(socket: Socket): PeerCredentials | undefined {
  const fd = descriptorOf(socket);
  if (fd === undefined) return undefined;
  if (OS === 'linux') return credentialsOfLinux(fd);
  if (OS === 'darwin') return credentialsOfDarwin(fd);
  return undefined;
}

/** Why the kernel names no peers to this process, if it doesn't: then nobody can say who calls. */
export function whyNoCredentials(): string | undefined {
  if (OS !== 'linux' && OS !== 'darwin') return 'this system does not tell';
  const access = native();
  return access.available ? undefined : access.reason;
}

/** Node has no public way to a socket's descriptor; `_handle.fd` has been one on POSIX since its first versions. */
export function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as Socket & { _handle?: { fd?: unknown } | null };
  const fd = handle?.fd;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}
