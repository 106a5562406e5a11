// Facts of the directories in which names are looked for. None is made, and no mode is changed.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import {
  checkEndpoint,
  runtimeDirectories,
  socketPathLimit,
  type RuntimeDirectory,
  type Surroundings,
} from '../../../src/endpoint';
import { SameboxError } from '../../../src/errors';
import { lockDirectory, pipeEndpoint } from '../../../src/endpoint/pipes.windows';
import { userLabel } from '../../../src/native';
import type { DirectoriesFacts, DirectoryFacts } from '../checks/directory';

/** A pipe has no directory; its lock has. */
const LONG_ENOUGH = 32_767;

/** Where names are looked for, and whether a daemon of this user could listen there. */
export function directoriesFacts(where: Surroundings, user: string): DirectoriesFacts {
  const { env, uid, os } = where;
  const only = Boolean(env.SAMEBOX_RUNTIME_DIR);
  if (os === 'windows') {
    const path = lockDirectory(where);
    const directory = {
      path,
      kind: 'own',
      exists: isThere(path),
      chosen: true,
      longest: LONG_ENOUGH,
    } as const;
    return { user, only, directories: [directory], pipe: pipeEndpoint('NAME', where).path };
  }
  const all = runtimeDirectories(where);
  const refused = new Map(all.map((directory) => [directory.path, refusal(directory, where)]));
  // As resolveForListening does: what is not this user's is an error there, and what can't be made is passed over.
  const chosen = all.find((directory) => directory.kind === 'own' && mayHave(directory, uid));
  const directories = all.map((directory): DirectoryFacts => {
    const { path, kind } = directory;
    const why = refused.get(path);
    return {
      path,
      kind,
      exists: isThere(path),
      chosen: directory === chosen && why === undefined,
      longest: socketPathLimit(os),
      ...(why !== undefined && { refused: why }),
    };
  });
  const session = sessionDirectory(where);
  return {
    user,
    only,
    directories,
    ...(env.SUDO_USER && uid === 0 && { sudo: env.SUDO_USER }),
    ...(session && { session }),
  };
}

/** XDG_RUNTIME_DIR, if it is set and doesn't count. */
function sessionDirectory({ env, uid }: Surroundings): DirectoriesFacts['session'] {
  const path = env.XDG_RUNTIME_DIR;
  if (!path) return undefined;
  if (!isAbsolute(path)) return { path, why: 'relative' };
  const found = statOf(path);
  if (found === undefined) return { path, why: 'missing' };
  return found.uid === uid ? undefined : { path, why: 'foreign', owner: userLabel(found.uid) };
}

function refusal(directory: RuntimeDirectory, where: Surroundings): unknown {
  try {
    checkEndpoint({ label: '', path: directory.path, lockPath: '', directory }, where);
    return undefined;
  } catch (error) {
    // What can't be reached at all holds nothing that could be trusted or not.
    return SameboxError.is(error) ? error : undefined;
  }
}

/** Whether it is there, or could be made: within what must be this user's, if it is a session's. */
function mayHave({ path, within }: RuntimeDirectory, uid: number): boolean {
  if (within !== undefined && statOf(within)?.uid !== uid) return false;
  return isThere(path) || isWritable(dirname(path));
}

function isThere(path: string): boolean {
  return statOf(path) !== undefined;
}

function statOf(path: string): { uid: number } | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // Behind a directory that is closed to this user, or behind a file.
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
