// A client's end of a named pipe, once it is known whose pipe it is.
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from '../src/endpoint';
import { isTrustedOwner } from '../src/endpoint/pipe-owner';
import { SameboxError } from '../src/errors';
import { openPipe, type PipeEnd } from '../src/native/open-pipe.windows';
import { ownSid } from '../src/native/security.windows';
import { serviceName } from '../src/endpoint/pipes.windows';
import { WIN32, windowsNumber } from '../src/native/win32.windows';
import { adoptReading } from '../src/peer/reads';

/** As Node names them. */
const CODES: Readonly<Record<number, string>> = {
  [WIN32.fileNotFound]: 'ENOENT',
  [WIN32.accessDenied]: 'EPERM',
};

/** All instances of a pipe are taken for a moment, when many come at once. */
const BUSY_MS = 10;

let user: string | undefined;

/**
 * Opens the pipe of an endpoint. A name's pipe must belong to this user or to the service of that name; a path was chosen.
 * @throws SameboxError `DENIED` for a stranger's pipe; an Error with `code` if there is none, or this user may not.
 */
export async function dialPipe({ path, name, pipe }: Endpoint, signal: AbortSignal): Promise<Socket> {
  let end = open(path);
  for (; end === 'busy'; end = open(path)) await delay(BUSY_MS, undefined, { signal });
  try {
    if (pipe !== undefined && name !== undefined)
      requireTrusted(end, path, pipe === 'service' ? name : undefined);
  } catch (error) {
    end.close();
    throw error;
  }
  return adoptReading(end.descriptor());
}

/** @throws SameboxError `DENIED` for a stranger's pipe; Windows' error. */
function requireTrusted({ owner }: PipeEnd, path: string, service: string | undefined): void {
  user ??= ownSid();
  if (isTrustedOwner(owner, user, service === undefined ? undefined : serviceName(service))) return;
  throw new SameboxError(
    'DENIED',
    `The pipe ${path} belongs to ${owner}, who is neither this user nor the service: somebody else has taken its name.`,
    { ran: 'no', details: { path, owner } },
  );
}

function open(path: string): PipeEnd | 'busy' {
  try {
    return openPipe(path);
  } catch (error) {
    const number = windowsNumber(error) ?? 0;
    if (number === WIN32.pipeBusy) return 'busy';
    throw Object.assign(error as Error, { code: CODES[number] ?? (error as NodeJS.ErrnoException).code });
  }
}
