// The stand-in for a kernel lock where koffi is missing: proper-lockfile's folder, held for the daemon's life.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as ProperLockfile from 'proper-lockfile';
import { probe, type Endpoint } from '../../src/endpoint';
import { codeOf } from '../../src/native';
import { alreadyRunning } from './already-running';
import type { EndpointLock } from './lock';

/** After this long without a sign of life a holder counts as dead. */
const STALE = 10_000;
const RETRY = 500;

/** What a daemon without kernel locks may want to know. */
export interface LockFolderOptions {
  /** The lock was lost while held: a clock step, or a machine that slept. The daemon goes on; its socket still answers. */
  onLockLost?: (error: Error) => void;
}

/**
 * Takes the lock folder `LOCK.held`. One that is held while nobody answers at the endpoint is waited for until it is
 * stale: its holder starts just now, or was killed.
 *
 * @throws `BUSY` as `lockEndpoint`.
 */
export async function takeLockFolder(
  endpoint: Endpoint,
  options: LockFolderOptions = {},
): Promise<EndpointLock> {
  // Loaded where it is needed only.
  const { lock } = createRequire(__filename)('proper-lockfile') as typeof ProperLockfile;
  mkdirSync(dirname(endpoint.lockPath), { recursive: true });
  const lockfilePath = `${endpoint.lockPath}.held`;
  const pidPath = `${endpoint.lockPath}.pid`;
  const start = performance.now();
  for (;;) {
    try {
      const release = await lock(endpoint.lockPath, {
        lockfilePath,
        realpath: false,
        stale: STALE,
        onCompromised: (error) => options.onLockLost?.(error),
      });
      writeFileSync(pidPath, `${String(process.pid)}\n`, { mode: 0o600 });
      return held(release, pidPath);
    } catch (error) {
      if (codeOf(error) !== 'ELOCKED') throw error;
    }
    const found = await probe(endpoint.path);
    const overdue = performance.now() - start > STALE + 2 * RETRY;
    if (found.state === 'live' || overdue) throw alreadyRunning(endpoint, pidIn(pidPath));
    await sleep(RETRY);
  }
}

function held(unlock: () => Promise<void>, pidPath: string): EndpointLock {
  let released = false;
  return {
    release: async () => {
      if (released) return;
      released = true;
      rmSync(pidPath, { force: true });
      // One that was lost meanwhile is another's now.
      await unlock().catch(() => undefined);
    },
  };
}

function pidIn(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, 'latin1'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
