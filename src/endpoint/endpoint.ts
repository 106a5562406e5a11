// What an endpoint is, and which texts name one.
import { join } from 'node:path/posix';
import { SameboxError } from '../errors';

/** Where a daemon listens. */
export interface Endpoint {
  /** How it is called in messages: its name, or its path where it has none. */
  readonly label: string;
  /** Its name, unless it was given as a path. */
  readonly name?: string;
  /** The socket's path or the pipe's name, as `net.connect` takes it. */
  readonly path: string;
  /** The file whose kernel lock decides who listens here. */
  readonly lockPath: string;
  /** The runtime directory that the name was looked for in; absent for a path. */
  readonly directory?: RuntimeDirectory;
  /** Windows: whose pipe a name means, this user's own or that of the machine's service; absent for a path. */
  readonly pipe?: 'own' | 'service';
  /** Listening only: the other paths at which this user's clients look for the name. No daemon may answer there. */
  readonly elsewhere?: readonly string[];
}

/** A directory in which names are looked for. */
export interface RuntimeDirectory {
  readonly path: string;
  /** `own`: must belong to this user and be closed to others. `system`: shared by the machine's users. */
  readonly kind: 'own' | 'system';
  /** A directory that must exist and belong to this user for this one to count: a session's runtime directory. */
  readonly within?: string;
}

/** The ending of a socket file; the rest of its file name is the endpoint's name. */
export const SOCKET_SUFFIX = '.sock';
/** The ending of a lock file. */
export const LOCK_SUFFIX = '.lock';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether `text` can be an endpoint's name: a letter or digit, then up to 63 letters, digits, dots, dashes, underscores. */
export function isEndpointName(text: string): boolean {
  return NAME.test(text);
}

/**
 * @returns `text`, which is a name.
 * @throws `INVALID_ARGUMENT` that says what a name or path looks like on this system.
 */
export function requireName(text: string, pathsLook: string): string {
  if (isEndpointName(text)) return text;
  throw new SameboxError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(text)} can't name an endpoint. A name is 1 to 64 letters, digits, ".", "_" or "-", ` +
      `the first a letter or digit, such as "lab"; a path ${pathsLook}.`,
    { details: { endpoint: text } },
  );
}

/** The endpoint of `name` in a runtime directory. */
export function socketEndpoint(name: string, directory: RuntimeDirectory): Endpoint {
  const path = join(directory.path, `${name}${SOCKET_SUFFIX}`);
  return { label: name, name, path, lockPath: `${path}${LOCK_SUFFIX}`, directory };
}
