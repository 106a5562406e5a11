// Opening a named pipe to those whom a box names, and closing it to all others.
import { withPipeAccess } from '../../src/native/open-pipe.windows';
import { ownSid, setAccess } from '../../src/native/security.windows';
import { pipeAccess } from './pipe-access';

/**
 * Says who may connect to the pipe at `path`, on which this process has just begun to listen: its user, administrators, and
 * `members`. What is said of one instance holds for all that there are and will be. The moment before, Windows' default
 * holds: others may open the pipe to read, and are sent nothing.
 * @throws Windows' error.
 */
export function setPipeAccess(path: string, members: readonly string[]): void {
  const access = pipeAccess(ownSid(), members);
  withPipeAccess(path, (handle) => setAccess(handle, 'pipe', access));
}
