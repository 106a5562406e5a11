// How endpoints are called on Windows, where named pipes are one namespace for all users of the machine.
import { createHash } from 'node:crypto';
import { join } from 'node:path/win32';
import { LOCK_SUFFIX, requireName, type Endpoint } from './endpoint';
import type { Surroundings } from './surroundings';

const PIPE = /^[\\/]{2}[.?][\\/]pipe[\\/](.+)$/is;

/**
 * The endpoint that a name or a pipe path (`\\.\pipe\...`, also with slashes) means.
 *
 * A name's pipe is `\\.\pipe\samebox-USER-NAME`. With SAMEBOX_RUNTIME_DIR set, a digest of that directory goes into it, so
 * that such endpoints are a world of their own, as on POSIX.
 *
 * @throws `INVALID_ARGUMENT` for what is neither.
 */
export function pipeEndpoint(nameOrPath: string, where: Surroundings): Endpoint {
  const prefix = ownPrefix(where);
  const pipe = PIPE.exec(nameOrPath)?.[1];
  if (pipe === undefined) {
    const name = requireName(nameOrPath, 'begins with \\\\.\\pipe\\');
    return {
      label: name,
      name,
      path: `\\\\.\\pipe\\${prefix}${name}`,
      lockPath: join(lockDirectory(where), `${name}${LOCK_SUFFIX}`),
      pipe: 'own',
    };
  }
  // Pipe names know no case. A path that a name would give too must have that name's lock.
  const known = pipe.toLowerCase().startsWith(prefix.toLowerCase())
    ? pipe.slice(prefix.length)
    : digest(pipe);
  const path = `\\\\.\\pipe\\${pipe}`;
  return { label: path, path, lockPath: join(lockDirectory(where), `${known}${LOCK_SUFFIX}`) };
}

/** The endpoint of the machine's service `name`. Its lock lies where the service may write. */
export function servicePipe(name: string, { env, service }: Surroundings): Endpoint {
  requireName(name, 'is not for services');
  return {
    label: name,
    name,
    path: `\\\\.\\pipe\\samebox\\${name}`,
    lockPath: join(service ?? join(servicesFolder(env), name), `${name}${LOCK_SUFFIX}`),
    pipe: 'service',
  };
}

/** How Windows calls the service of a box. */
export function serviceName(name: string): string {
  return `samebox-${name}`;
}

/** The folder in which each service has one of its own: their names tell which there may be. */
export function servicesFolder(env: Surroundings['env']): string {
  return join(env.ProgramData ?? 'C:\\ProgramData', 'samebox');
}

/** Where this user's lock files are: their names tell which endpoints there may be. */
export function lockDirectory({ env }: Surroundings): string {
  if (env.SAMEBOX_RUNTIME_DIR) return env.SAMEBOX_RUNTIME_DIR;
  return join(env.LOCALAPPDATA ?? env.TEMP ?? 'C:\\Windows\\Temp', 'samebox');
}

/** The user's part has no dash and no other odd sign, so that no two pairs of user and name make the same pipe. */
function ownPrefix({ env, user }: Surroundings): string {
  const safe = user.replace(/[^A-Za-z0-9_.]/gu, (sign) => `%${sign.codePointAt(0)?.toString(16) ?? ''}`);
  const world = env.SAMEBOX_RUNTIME_DIR ? `${digest(env.SAMEBOX_RUNTIME_DIR)}.` : '';
  return `samebox-${world}${safe}-`;
}

/** Begins with a sign that no name has. */
function digest(text: string): string {
  return `%${createHash('sha256').update(text.toLowerCase()).digest('hex').slice(0, 16)}`;
}
