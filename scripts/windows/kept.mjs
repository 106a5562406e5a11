// Folders that are made once and kept outside the repository. A half-made one is never seen, whoever makes it.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'samebox-test-windows');
/** What nobody has used for so long goes: an old lock file's dependencies, a half-made folder of a run that was ended. */
const UNUSED_DAYS = 14;

/** The folder `name`, filled by `make` if it isn't there yet. */
export async function kept(name, make) {
  const folder = join(CACHE, name);
  if (!existsSync(folder)) await makeWhole(folder, make);
  const now = new Date();
  utimesSync(folder, now, now);
  return folder;
}

async function makeWhole(folder, make) {
  mkdirSync(CACHE, { recursive: true, mode: 0o700 });
  removeUnused();
  const making = mkdtempSync(`${folder}.`);
  try {
    await make(making);
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // Else another run was first.
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function removeUnused() {
  const oldest = Date.now() - UNUSED_DAYS * 24 * 3600 * 1000;
  for (const name of readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    if (statSync(folder).mtimeMs < oldest) rmSync(folder, { recursive: true, force: true });
  }
}
