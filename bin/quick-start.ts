// A quick start of the program: its modules come compiled from the user's cache, where an earlier run has put them.
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isPrivate, preferredCacheDir } from '../src/cache-dir';
import { PACKAGE_ROOT, VERSION } from '../src/version';
import { KeptCode } from './kept-code';
import { ModuleLoader } from './module-loader';

/** Raised when modules are kept differently, so that old ones are not used. */
const FORMAT = 1;
/** A daemon has started by then. Much later, V8 would have thrown away what only starting needs. */
const STARTED_MS = 3000;

/** The program, to be loaded part by part. */
export interface StartedProgram {
  /** What a module of this package exports, by its path within the compiled package. */
  readonly load: (name: string) => unknown;
  /** For a process that goes on: what it has compiled is kept once it has started, not when it ends. */
  readonly keepSoon: () => void;
}

/**
 * Opens the program. What it compiles is kept when it ends, for the next run. `SAMEBOX_START_CACHE=off` in the environment
 * leaves all loading to Node, and so does a cache that isn't this user's alone.
 */
export function openProgram(): StartedProgram {
  const dist = join(__dirname, '..');
  const folder = cacheFolder();
  if (folder === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a part is loaded when it is used
    return { load: (name) => require(join(dist, name)) as unknown, keepSoon: () => undefined };
  }
  const maker = `${FORMAT}, samebox ${VERSION}, node ${process.version} ${process.arch}, ${PACKAGE_ROOT}`;
  // A command doesn't read what only the daemon needs.
  const side = process.argv.includes('serve') ? 'daemon' : 'client';
  const file = join(folder, `start-${side}-${createHash('sha256').update(maker).digest('hex').slice(0, 16)}`);
  const kept = new KeptCode(file, maker);
  const loader = new ModuleLoader(kept.modules);
  const keep = (): void => {
    process.off('exit', keep);
    const learned = loader.learned();
    if (learned !== undefined) kept.replace(learned);
    loader.close();
    kept.close();
  };
  process.once('exit', keep);
  return {
    load: (name) => loader.load(join(dist, `${name}.js`)),
    keepSoon: () => void setTimeout(keep, STARTED_MS).unref(),
  };
}

/**
 * The cache, if it can be used: what lies there is run, so only this user may have put it there. The doctor leaves it
 * alone: it changes nothing, and what it looks into may be the cache itself.
 */
function cacheFolder(): string | undefined {
  if (process.env.SAMEBOX_START_CACHE === 'off' || process.argv.includes('doctor')) return undefined;
  try {
    const folder = preferredCacheDir();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return isPrivate(folder) ? folder : undefined;
  } catch {
    return undefined; // No home, a read-only one, a file in its place.
  }
}
