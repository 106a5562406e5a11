// Listening at a socket that somebody else has made, and keeps: systemd, which listens also while no daemon runs.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { basename } from 'node:path/posix';
import { LOCK_SUFFIX, SOCKET_SUFFIX, type Endpoint } from '../../src/endpoint';
import { acceptReading } from '../../src/peer/reads';
import type { InheritedListener } from './inherited.linux';
import type { Listener, ListenOptions } from './listen-at';

/** The endpoint of a socket that was handed over: `name`, if its path says the same. */
export function inheritedEndpoint({ path }: InheritedListener, name: string): Endpoint {
  const label = basename(path) === `${name}${SOCKET_SUFFIX}` ? name : path;
  return { label, ...(label === name && { name }), path, lockPath: `${path}${LOCK_SUFFIX}` };
}

/**
 * Takes connections from a socket that listens already. No lock is needed, since its maker gives it to one process at a time;
 * and it stays when the daemon ends, so that whoever comes meanwhile waits for the next one.
 */
export async function adoptListener(
  endpoint: Endpoint,
  { fd }: InheritedListener,
  options: Pick<ListenOptions, 'backlog' | 'connection' | 'onError'>,
): Promise<Listener> {
  const server = createServer({ pauseOnConnect: true }, (socket) =>
    options.connection(acceptReading(socket)),
  );
  const listening = once(server, 'listening');
  // Node calls listen() once more, by which clients see this process behind the socket, and not its maker.
  server.listen({ fd, backlog: options.backlog ?? 511, exclusive: true });
  await listening;
  server.on('error', (error) => options.onError?.(error));
  const close = async (): Promise<void> => {
    if (server.listening) server.close();
  };
  return { endpoint, server, setMembers: () => undefined, close, release: close };
}
