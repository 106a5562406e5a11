// Whether anybody listens at a path, found out by connecting.
import { createConnection } from 'node:net';
import { codeOf, peerCredentials } from '../native';

/** What connecting to a path showed. */
export type Probe =
  /** Somebody listens; `pid` if the kernel tells. */
  | { readonly state: 'live'; readonly pid?: number }
  /** A socket is there that nobody listens on. */
  | { readonly state: 'dead' }
  | { readonly state: 'absent' }
  /** This user may not connect. */
  | { readonly state: 'denied' }
  /** Something else is there, or it can't be reached. */
  | { readonly state: 'odd'; readonly code: string };

/** A local connection is accepted by the kernel, not by the program: only a full queue takes time. */
const LONG_ENOUGH = 1000;

/** Connects to the socket or pipe at `path`, and hangs up. Never throws. */
export function probe(path: string): Promise<Probe> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const answer = (found: Probe): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    const timer = setTimeout(() => {
      answer({ state: 'live' });
    }, LONG_ENOUGH);
    socket.once('connect', () => {
      const pid = peerCredentials(socket)?.pid;
      answer(pid === undefined ? { state: 'live' } : { state: 'live', pid });
    });
    socket.once('error', (error) => {
      answer(meaningOf(codeOf(error) ?? 'UNKNOWN'));
    });
  });
}

function meaningOf(code: string): Probe {
  switch (code) {
    case 'ECONNREFUSED':
      return { state: 'dead' };
    case 'ENOENT':
    case 'ENOTDIR':
      return { state: 'absent' };
    case 'EACCES':
    case 'EPERM':
      return { state: 'denied' };
    case 'EAGAIN': // The queue of connections is full,
    case 'EBUSY': // or all instances of the pipe are taken: somebody is there.
      return { state: 'live' };
    default:
      return { state: 'odd', code };
  }
}
