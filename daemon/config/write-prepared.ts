// Puts a prepared config into the cache: whole or not at all, whoever else does the same.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestPath, sha256, type Manifest } from './manifest';
import type { Prepared } from './prepare';
import { writeWhole } from '../../src/write-whole';

/** What nobody has prepared or loaded for so long is removed: a daemon may need a file late. */
const KEPT_MS = 400 * 24 * 3600 * 1000;

/** Writes the prepared files and their manifest. */
export function writePrepared(cache: string, config: string, maker: string, prepared: Prepared): Manifest {
  const digest = sha256(JSON.stringify([maker, prepared.manifest.files, ...prepared.outputs]));
  const folder = join(cache, `box-${digest.slice(0, 32)}`);
  if (!isWhole(folder, prepared)) writeFolder(cache, folder, prepared);
  const manifest: Manifest = { maker, folder, ...prepared.manifest };
  writeWhole(manifestPath(cache, config, maker), JSON.stringify(manifest));
  removeOld(cache);
  return manifest;
}

function isWhole(folder: string, { outputs }: Prepared): boolean {
  return [...outputs.keys()].every((name) => existsSync(join(folder, name)));
}

function writeFolder(cache: string, folder: string, { outputs }: Prepared): void {
  const temporary = mkdtempSync(join(cache, 'new-'));
  try {
    for (const [name, text] of outputs) {
      writeFileSync(join(temporary, name), text, { mode: 0o600 });
    }
    try {
      renameSync(temporary, folder);
    } catch (error) {
      // Another process was first, or something removed a part of the folder.
      if (existsSync(folder)) for (const [name, text] of outputs) complete(folder, name, text);
      else throw error;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function complete(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  if (!existsSync(path)) writeWhole(path, text);
}

function removeOld(cache: string): void {
  const before = Date.now() - KEPT_MS;
  for (const name of readdirSync(cache)) {
    try {
      const path = join(cache, name);
      if (/^(?:box|config|new|types)-/.test(name) && statSync(path).mtimeMs < before) {
        rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // Somebody else removed it.
    }
  }
}
