// The right to an endpoint: one process has it, for as long as it lives. Which kind of lock depends on the system.
import type { Endpoint } from '../../src/endpoint';
import { IS_WINDOWS } from '../../src/os';
import { takeFlock } from './lock.unix';
import { takeExclusiveFile } from './lock.windows';
import { takeLockFolder, type LockFolderOptions } from './lock-folder';

/** The right to listen at an endpoint. */
export interface EndpointLock {
  /** Gives the right up. Once is enough; again does nothing. */
  release(): Promise<void>;
}

/**
 * Takes the lock of `endpoint`. The kernel decides between processes and frees it with its holder, even on SIGKILL; where
 * koffi is missing, a lock folder of proper-lockfile stands in, which comes free ten seconds after a holder was killed.
 *
 * @throws `BUSY` (already running, with the pid if it can be read) if somebody has it; `DENIED` if the lock file isn't
 * this user's to lock.
 */
export async function lockEndpoint(
  endpoint: Endpoint,
  options: LockFolderOptions = {},
): Promise<EndpointLock> {
  const taken = IS_WINDOWS ? takeExclusiveFile(endpoint) : takeFlock(endpoint);
  return taken === 'unavailable' ? takeLockFolder(endpoint, options) : taken;
}
