// Listening at a socket that only those could ever connect to whom it is for, also in its first moment.
import { chmodSync, lchownSync, lstatSync, unlinkSync, type Stats } from 'node:fs';
import type { Server } from 'node:net';

/**
 * Starts listening at `path`, under a mask that closes the socket to others as it is made; then gives it to `group`, if one
 * is stated, and only then sets `mode`: it is never open to the group that it had before.
 *
 * `listen()` binds before it returns, so the mask holds for no longer than that call. It is 077 and not 177, since a folder
 * that another thread of the process happens to make just then would have to be entered.
 *
 * @returns the file, to be recognised by `removeSocket`.
 */
export function listenPrivately(
  server: Server,
  path: string,
  mode: number,
  backlog: number,
  group: number | undefined,
): Stats | undefined {
  const mask = process.umask(0o077);
  try {
    // Exclusive: in a worker of node:cluster, the primary would bind, without the mask.
    server.listen({ path, backlog, exclusive: true });
  } finally {
    process.umask(mask);
  }
  if (!server.listening) return undefined; // The server's error event says why.
  try {
    if (group !== undefined) lchownSync(path, -1, group);
    chmodSync(path, mode);
    return lstatSync(path);
  } catch (error) {
    server.close();
    throw error;
  }
}

/** Removes the socket if it is still the one that was `made`. Closing the server does too: this is for when it didn't. */
export function removeSocket(path: string, made: Stats | undefined): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSocket() && made !== undefined && found.ino === made.ino && found.dev === made.dev)
    unlinkSync(path);
}
