// What stands at a socket's path before a daemon listens there: nothing, a dead daemon's socket, or something to keep.
import { lstatSync, unlinkSync } from 'node:fs';
import { probe, type Endpoint } from '../../src/endpoint';
import { SameboxError } from '../../src/errors';
import { codeOf, userLabel } from '../../src/native';
import { alreadyRunning } from './already-running';

/**
 * Makes way at `endpoint`, whose lock the caller holds: a socket of ours that refuses connections is removed.
 *
 * @throws `BUSY` if somebody answers (a program that doesn't know our lock), `INVALID_ARGUMENT` if something other than a
 * socket is there, `DENIED` if the socket is another user's. Nothing is removed then.
 */
export async function clearStaleSocket(endpoint: Endpoint): Promise<void> {
  const { path } = endpoint;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new SameboxError(
      'INVALID_ARGUMENT',
      `There is something at ${path} that is not a socket. Move it away, or listen elsewhere.`,
      { details: { path } },
    );
  }
  const answer = await probe(path);
  if (answer.state === 'live') throw alreadyRunning(endpoint, answer.pid);
  if (answer.state === 'absent') return;
  // On macOS a full queue of connections refuses too; but then its daemon would hold the lock.
  if (answer.state !== 'dead' || found.uid !== process.geteuid?.()) throw notRemoved(path, found.uid);
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw notRemoved(path, found.uid, error);
  }
}

function notRemoved(path: string, owner: number, cause?: unknown): SameboxError {
  return new SameboxError(
    'DENIED',
    `The socket ${path} of ${userLabel(owner)} is in the way. Remove it, or listen elsewhere.`,
    { cause, details: { path, owner: userLabel(owner) } },
  );
}
