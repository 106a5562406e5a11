// Facts of the cache folder. It isn't made, and nothing is written to it.
import { access, constants, lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isOwn, preferredCacheDir } from '../../../src/cache-dir';
import { userLabel } from '../../../src/native';
import type { CacheFacts } from '../checks/cache';
import { roomOf } from './memory';

/** What is at its path, who may write there, and how full its disk is. */
export async function cacheFacts(user: string, path = preferredCacheDir()): Promise<CacheFacts> {
  const found = await lstat(path).catch(() => undefined);
  const there = found === undefined ? await nearest(path) : path;
  const room = await roomOf(there);
  const common = { path, user, ...(room !== undefined && { free: room.free }) };
  if (found === undefined) return { ...common, state: (await isWritable(there)) ? 'missing' : 'unmakable' };
  if (!found.isDirectory()) return { ...common, state: 'not-a-folder' };
  if (isOwn(found)) return { ...common, state: (await isWritable(path)) ? 'private' : 'read-only' };
  const uid = process.getuid?.();
  if (found.uid !== uid) return { ...common, state: 'foreign', owner: userLabel(found.uid) };
  return { ...common, state: 'open' };
}

/** The folder above that exists. */
async function nearest(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (dirname(folder) === folder || (await lstat(folder).catch(() => undefined)) !== undefined)
      return folder;
  }
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
