// Who holds the lock of an endpoint, found out without taking it: a daemon that starts just now must not be refused.
import { lstatSync, readFileSync, type Stats } from 'node:fs';
import type { Endpoint } from '../../../src/endpoint';
import { OS } from '../../../src/os';
import type { LockFacts } from '../checks/endpoint';
import { flockHolder } from './lock.linux';
import { isAlive } from './processes';

/** The lock folder that stands in for a kernel lock is touched every few seconds while it is held: see lock-folder.ts. */
const FOLDER_STALE_MS = 15_000;

/** The lock of `endpoint`. */
export function lockFacts({ lockPath }: Endpoint, now = Date.now()): LockFacts {
  const folder = statOf(`${lockPath}.held`);
  if (folder !== undefined) {
    const held = now - folder.mtimeMs < FOLDER_STALE_MS;
    return { path: lockPath, state: held ? 'held' : 'free', ...writer(`${lockPath}.pid`) };
  }
  const found = statOf(lockPath);
  if (found === undefined) return { path: lockPath, state: 'absent' };
  const written = OS === 'windows' ? writer(`${lockPath}.pid`) : writer(lockPath);
  if (OS !== 'linux') return { path: lockPath, ...byProcess(written) };
  const holder = flockHolder(found, written.pid);
  if (holder === 'unknown') return { path: lockPath, ...byProcess(written) };
  if (holder === 'nobody') return { path: lockPath, state: 'free', ...written };
  return { path: lockPath, state: 'held', ...(holder > 0 ? { pid: holder, alive: true } : written) };
}

/** Where the system doesn't tell who holds a lock: a process that is gone holds none. */
function byProcess(written: Pick<LockFacts, 'pid' | 'alive'>): Omit<LockFacts, 'path'> {
  return { state: written.alive === false ? 'free' : 'unknown', ...written };
}

/** Who has written his number there, and whether he lives. */
function writer(path: string): Pick<LockFacts, 'pid' | 'alive'> {
  try {
    const pid = Number.parseInt(readFileSync(path, 'latin1').slice(0, 16), 10);
    return pid > 0 ? { pid, alive: isAlive(pid) } : {};
  } catch {
    return {}; // Closed to this user, or gone meanwhile.
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
