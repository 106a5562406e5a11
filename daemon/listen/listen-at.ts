// Listening at an endpoint: the lock first, then the place cleared, then the socket.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { probe, type Endpoint } from '../../src/endpoint';
import { SameboxError } from '../../src/errors';
import { codeOf, groupLabel, native } from '../../src/native';
import { IS_WINDOWS } from '../../src/os';
import { acceptReading } from '../../src/peer/reads';
import { alreadyRunning } from './already-running';
import { lockEndpoint, type EndpointLock } from './lock';
import type { LockFolderOptions } from './lock-folder';
import type * as Pipe from './pipe.windows';
import { listenPrivately, removeSocket } from './socket.unix';
import { clearStaleSocket } from './stale-socket.unix';

/** How to listen. */
export interface ListenOptions extends LockFolderOptions {
  /** Gets every connection. Nothing is read of it before it asks to. */
  connection: (socket: Socket) => void;
  /** A connection couldn't be accepted (`EMFILE`, say). The listener goes on. Default: nothing. */
  onError?: (error: Error) => void;
  /** A group that may connect: the socket is its too, with mode 0660. Default: none, mode 0600. */
  group?: number | undefined;
  /** Windows: who may connect beside this process's user and administrators, by their SIDs. Default: nobody. */
  members?: readonly string[];
  /** How many connections the kernel keeps waiting. Default 511, as in Node. */
  backlog?: number;
}

/** A daemon's place to listen, held. */
export interface Listener {
  readonly endpoint: Endpoint;
  readonly server: Server;
  /** Windows: from now on these may connect, beside this process's user and administrators. @throws Windows' error. */
  setMembers(members: readonly string[]): void;
  /** Takes no more connections and removes the socket; the lock is kept, so that no other daemon starts. Rejects if the socket can't be removed. */
  close(): Promise<void>;
  /** Closes, and gives the endpoint free, even if it rejects. Connections that are open stay open. Again does nothing. */
  release(): Promise<void>;
}

/**
 * Listens at `endpoint`, which `resolveForListening` gave. Of all that try, one succeeds; the kernel decides.
 *
 * @throws `BUSY` with `details.pid` and `details.path` if a daemon is already running there; `INVALID_ARGUMENT` or
 * `DENIED` if something is in the way.
 */
export async function listenAt(endpoint: Endpoint, options: ListenOptions): Promise<Listener> {
  await refuseIfElsewhere(endpoint);
  const lock = await lockEndpoint(endpoint, options);
  try {
    if (IS_WINDOWS) await refuseIfLive(endpoint, endpoint.path);
    else await clearStaleSocket(endpoint);
    return await listen(endpoint, lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function listen(endpoint: Endpoint, lock: EndpointLock, options: ListenOptions): Promise<Listener> {
  const { path } = endpoint;
  const { group, backlog = 511 } = options;
  const mode = group === undefined ? 0o600 : 0o660;
  const server = createServer({ pauseOnConnect: true }, (socket) =>
    options.connection(acceptReading(socket)),
  );
  const listening = once(server, 'listening');
  let made: ReturnType<typeof listenPrivately>;
  if (IS_WINDOWS) server.listen({ path, backlog, exclusive: true });
  else made = ownedBy(group, () => listenPrivately(server, path, mode, backlog, group));
  await listening.catch((error: unknown) => {
    throw explained(endpoint, error);
  });
  server.on('error', (error) => options.onError?.(error));
  const setMembers = (members: readonly string[]): void => {
    // Without native code a pipe has Windows' default access: it can't be opened to others, and all may open it to read.
    if (!IS_WINDOWS || (members.length === 0 && !native().available)) return;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only Windows has it
    const { setPipeAccess } = require('./pipe.windows') as typeof Pipe;
    setPipeAccess(path, members);
  };
  try {
    setMembers(options.members ?? []);
  } catch (error) {
    server.close();
    throw error;
  }

  const close = async (): Promise<void> => {
    // Its callback would wait for all connections; the handle is closed, and the socket unlinked, at once.
    if (server.listening) server.close();
    const socket = made;
    made = undefined;
    if (!IS_WINDOWS) removeSocket(path, socket);
  };
  const release = async (): Promise<void> => {
    try {
      await close();
    } finally {
      await lock.release();
    }
  };
  return { endpoint, server, setMembers, close, release };
}

/** Says why a socket couldn't be given to its group. */
function ownedBy<T>(group: number | undefined, listenNow: () => T): T {
  try {
    return listenNow();
  } catch (error) {
    if (group === undefined || codeOf(error) !== 'EPERM') throw error;
    throw new SameboxError(
      'DENIED',
      `The socket can't be given to the group ${groupLabel(group)}: this user is not in it. Join it, and log in again.`,
      { cause: error, details: { group: groupLabel(group) } },
    );
  }
}

/** A name may be served in another of its user's directories: clients would see one of the two only. */
async function refuseIfElsewhere(endpoint: Endpoint): Promise<void> {
  await Promise.all((endpoint.elsewhere ?? []).map((path) => refuseIfLive(endpoint, path)));
}

async function refuseIfLive(endpoint: Endpoint, path: string): Promise<void> {
  const found = await probe(path);
  if (found.state === 'live') throw alreadyRunning(endpoint, found.pid, path);
}

function explained(endpoint: Endpoint, error: unknown): SameboxError {
  const code = codeOf(error) ?? '';
  if (code === 'EADDRINUSE') return alreadyRunning(endpoint);
  const kind = code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'DENIED' : 'INTERNAL';
  return new SameboxError(kind, `Cannot listen at ${endpoint.path} (${code}).`, {
    cause: error,
    details: { path: endpoint.path },
  });
}
