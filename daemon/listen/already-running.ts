// The error of a daemon whose endpoint another one has.
import type { Endpoint } from '../../src/endpoint';
import { SameboxError } from '../../src/errors';

/** `BUSY`: `"lab" is already running, pid 123 (socket ...)`. The pid is left out where nobody tells it. */
export function alreadyRunning(endpoint: Endpoint, pid?: number, path = endpoint.path): SameboxError {
  const who = pid === undefined ? '' : `, pid ${String(pid)}`;
  const kind = path.startsWith('\\\\') ? 'pipe' : 'socket';
  return new SameboxError('BUSY', `"${endpoint.label}" is already running${who} (${kind} ${path})`, {
    details: { endpoint: endpoint.label, path, ...(pid === undefined ? {} : { pid }) },
  });
}
