// From a name or path to endpoints: the one to listen at, or those to look for a daemon at.
import { accessSync, chmodSync, constants, mkdirSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path/posix';
import { SameboxError } from '../errors';
import { codeOf, groupLabel, userLabel } from '../native';
import { directoriesForListening, runtimeDirectories } from './directories.unix';
import { LOCK_SUFFIX, requireName, socketEndpoint, type Endpoint, type RuntimeDirectory } from './endpoint';
import { fitsSocketPath, requireSocketPath } from './path-length';
import { pipeEndpoint, servicePipe } from './pipes.windows';
import { ensurePrivateDirectory } from './private-directory.unix';
import { here, type Surroundings } from './surroundings';

const ROOT = 0;

/**
 * The endpoint that a daemon called `nameOrPath` listens at. A name goes to the first runtime directory that this user can
 * have to itself, which is created if need be; a path (anything with a `/`; on Windows `\\.\pipe\...`) is taken as it is.
 *
 * @param group a group that shall reach the socket: a name then goes to the system's directory if this user may listen
 * there, else to an own one through which the group may pass.
 * @throws `INVALID_ARGUMENT` for what is neither name nor path, a path that is too long, or one in a missing directory;
 * `DENIED` if the directory belongs to somebody else, is a link, or lets anybody replace the socket.
 */
export function resolveForListening(
  nameOrPath: string,
  where: Surroundings = here(),
  group?: number,
): Endpoint {
  if (where.os === 'windows') {
    const own = pipeEndpoint(nameOrPath, where);
    return where.service !== undefined && own.name !== undefined ? servicePipe(own.name, where) : own;
  }
  if (isPath(nameOrPath)) return requireSafeParent(atPath(nameOrPath, where));
  const name = socketName(nameOrPath);
  const directories = directoriesForListening(where, group !== undefined);
  for (const directory of directories) {
    if (!isUsable(directory, where, group)) continue;
    const endpoint = socketEndpoint(name, directory);
    requireSocketPath(endpoint.path, where.os);
    if (directory.kind === 'system') return requireSafeParent(endpoint);
    return { ...endpoint, elsewhere: otherPlaces(endpoint, where) };
  }
  const tried = directories.map(({ path }) => path);
  throw new SameboxError(
    'DENIED',
    `No directory for the socket could be made; tried ${tried.join(', ')}. Set SAMEBOX_RUNTIME_DIR to one of your own.`,
    { details: { tried } },
  );
}

/**
 * The endpoints at which a daemon called `nameOrPath` may listen, in the order in which to try them: own before system.
 * Looks at nothing on disk. Before talking to one that has a `directory`, ask `checkEndpoint`.
 *
 * @throws `INVALID_ARGUMENT` for what is neither name nor path, or if no socket can have such a long path.
 */
export function candidatesForConnecting(nameOrPath: string, where: Surroundings = here()): Endpoint[] {
  if (where.os === 'windows') return pipes(pipeEndpoint(nameOrPath, where), where);
  if (isPath(nameOrPath)) return [atPath(nameOrPath, where)];
  const name = socketName(nameOrPath);
  const all = runtimeDirectories(where).map((directory) => socketEndpoint(name, directory));
  // No daemon can listen at a path that is too long; only if that holds for all is there something to complain of.
  const possible = all.filter(({ path }) => fitsSocketPath(path, where.os));
  if (possible.length === 0 && all[0] !== undefined) requireSocketPath(all[0].path, where.os);
  return possible;
}

/** A world of its own (SAMEBOX_RUNTIME_DIR) has no services. */
function pipes(own: Endpoint, where: Surroundings): Endpoint[] {
  if (own.name === undefined || where.env.SAMEBOX_RUNTIME_DIR) return [own];
  return [own, servicePipe(own.name, where)];
}

function otherPlaces({ name = '', path }: Endpoint, where: Surroundings): string[] {
  return candidatesForConnecting(name, where)
    .filter((other) => other.directory?.kind === 'own' && other.path !== path)
    .map((other) => other.path);
}

function isPath(text: string): boolean {
  return text.includes('/');
}

function socketName(text: string): string {
  return requireName(text, 'has a "/" in it, such as ./lab.sock');
}

function atPath(text: string, where: Surroundings): Endpoint {
  const path = resolve(text);
  requireSocketPath(path, where.os);
  return { label: path, path, lockPath: `${path}${LOCK_SUFFIX}` };
}

function isUsable(directory: RuntimeDirectory, { uid }: Surroundings, group: number | undefined): boolean {
  if (directory.kind === 'system') {
    if (group !== undefined) return maySystemListen(directory.path, uid);
    return statSync(directory.path, { throwIfNoEntry: false }) !== undefined;
  }
  if (directory.within !== undefined && !isOwn(directory.within, uid)) return false;
  try {
    ensurePrivateDirectory(directory.path, uid, group);
    return true;
  } catch (error) {
    // What is there and not ours is said aloud; where nothing can be made, the next one is tried.
    if (SameboxError.is(error) || directory.within === undefined)
      throw cannotMake(directory.path, error, group);
    return false;
  }
}

/** Whether this user may make sockets in the system's directory. Root makes that if it is missing: others can only look. */
function maySystemListen(path: string, uid: number): boolean {
  try {
    if (uid === ROOT) ensureSystemDirectory(path);
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    if (['EACCES', 'ENOENT', 'EROFS', 'EPERM'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

function ensureSystemDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    throw error;
  }
  chmodSync(path, 0o755); // Whatever the mask is.
}

/** An XDG_RUNTIME_DIR that came through sudo is another user's: it doesn't count. */
function isOwn(path: string, uid: number): boolean {
  try {
    const found = statSync(path);
    return found.isDirectory() && found.uid === uid;
  } catch {
    return false;
  }
}

function cannotMake(path: string, cause: unknown, group: number | undefined): SameboxError {
  if (SameboxError.is(cause)) return cause;
  if (group !== undefined && codeOf(cause) === 'EPERM') {
    return new SameboxError(
      'DENIED',
      `The directory ${path} can't be given to the group ${groupLabel(group)}: this user is not in it. Join it, and log in again.`,
      { cause, details: { path } },
    );
  }
  return new SameboxError(
    'DENIED',
    `The directory ${path} can't be made (${codeOf(cause) ?? 'unknown error'}). ` +
      'Make it, or set SAMEBOX_RUNTIME_DIR to a directory of your own.',
    { cause, details: { path } },
  );
}

/** Whoever may write to a directory without the sticky bit may put a socket of his own in place of the daemon's. */
function requireSafeParent(endpoint: Endpoint): Endpoint {
  const path = dirname(endpoint.path);
  const found = parentOf(path);
  if ((found.mode & 0o1002) === 0o0002) {
    throw new SameboxError(
      'DENIED',
      `Any user may replace files in ${path} (owner ${userLabel(found.uid)}). Take that away with chmod o-w ${path}, ` +
        'or listen elsewhere.',
      { details: { path, owner: userLabel(found.uid) } },
    );
  }
  return endpoint;
}

function parentOf(path: string): Stats {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return found;
  const fact = found === undefined ? 'There is no directory' : 'Not a directory:';
  throw new SameboxError('INVALID_ARGUMENT', `${fact} ${path}. Make it first, or give another path.`, {
    details: { path },
  });
}
