// Writing a file whole or not at all.
import { lstat, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { usage } from '../command-context';

const DEFAULT_MODE = 0o666;
let written = 0;

/**
 * Whether a file could be written there, as far as can be told before the work is done.
 * @throws SameboxError `INVALID_ARGUMENT` if there is a folder or a device of this name, or no folder for it.
 */
export async function checkPlace(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) throw usage(`${path} is a folder. Name a file in it.`);
  if (there !== undefined && !there.isFile()) throw usage(`${path} is no file. Name another.`);
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (folder?.isDirectory() !== true) throw usage(`There is no folder ${dirname(path)}. Make it first.`);
}

/**
 * Writes a file under a temporary name beside it, then gives it its name. A file that is there is replaced, its mode kept;
 * where `path` is a link, the file that it leads to.
 * @throws the system's error; then nothing has changed.
 */
export async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  await checkPlace(path);
  const place = await realpath(path).catch(() => path);
  const before = await lstat(place).catch(() => undefined);
  const temporary = join(dirname(place), `.samebox-${process.pid}-${++written}.part`);
  let file: FileHandle | undefined;
  try {
    file = await open(temporary, 'wx', DEFAULT_MODE);
    if (before !== undefined) await file.chmod(before.mode & 0o777);
    for (const part of parts) await file.appendFile(part);
    // Without it a power cut could leave the name with nothing behind it.
    await file.sync();
    await file.close();
    await rename(temporary, place);
  } catch (error) {
    await file?.close().catch(() => undefined);
    if (file !== undefined) await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
