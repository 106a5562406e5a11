// The lock of an endpoint on Windows: a file that one process has open and nobody else can open.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path/win32';
import type { Endpoint } from '../../src/endpoint';
import { openExclusive } from '../../src/native/exclusive-file.windows';
import { alreadyRunning } from './already-running';
import type { EndpointLock } from './lock';

/**
 * Takes the lock, or says `'unavailable'` without koffi. The lock file stays for good; its name tells `runningDaemons`
 * where to look. Since nobody else can read it, the pid stands in a second file.
 *
 * @throws as `lockEndpoint`.
 */
export function takeExclusiveFile(endpoint: Endpoint): EndpointLock | 'unavailable' {
  mkdirSync(dirname(endpoint.lockPath), { recursive: true });
  const file = openExclusive(endpoint.lockPath);
  if (file === 'unavailable') return 'unavailable';
  const pidPath = `${endpoint.lockPath}.pid`;
  if (file === 'held') throw alreadyRunning(endpoint, pidIn(pidPath));
  writeFileSync(pidPath, `${String(process.pid)}\n`);
  let released = false;
  return {
    release: async () => {
      if (released) return;
      released = true;
      try {
        rmSync(pidPath, { force: true });
      } finally {
        file.close(); // Also where somebody has the file of the pid open.
      }
    },
  };
}

function pidIn(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, 'latin1'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined; // Its holder has locked and not yet written.
  }
}
