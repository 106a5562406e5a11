// Where prepared configs and compiled code are kept: a private folder of this user, or a temporary one.
import { lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, type Stats } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the cache belongs, from the environment: nothing is touched. @throws Error for a user without a home. */
export function preferredCacheDir(env: NodeJS.ProcessEnv = process.env, home?: string): string {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'samebox');
  if (env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'samebox', 'cache');
  return join(home ?? homedir(), '.cache', 'samebox');
}

/**
 * The cache folder, made if it isn't there. If it can't be written, or isn't this user's alone, a temporary folder
 * takes its place, which is removed when the process ends.
 */
export function openCacheDir(preferred?: string): string {
  try {
    const folder = preferred ?? preferredCacheDir(); // A user without a home has none.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isPrivate(folder)) {
      // Only an attempt tells whether it can be written: a full disk and a read-only mount have no mode.
      rmSync(mkdtempSync(join(folder, 'probe-')), { recursive: true });
      return realpathSync(folder);
    }
  } catch {
    // Then a temporary one.
  }
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'samebox-cache-')));
  process.once('exit', () => {
    rmSync(temporary, { recursive: true, force: true });
  });
  return temporary;
}

/** Whether `path` is a real folder that nobody else can write to. Where there are no users, only the former. */
export function isPrivate(path: string): boolean {
  const found = lstatSync(path);
  return found.isDirectory() && isOwn(found);
}

/** Whether what was found is this user's, and nobody else can write to it. */
export function isOwn({ uid, mode }: Pick<Stats, 'mode' | 'uid'>): boolean {
  const own = process.getuid?.();
  return own === undefined || (uid === own && (mode & 0o022) === 0);
}
