// Writing a file so that nobody ever sees half of it.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { codeOf } from './native/errno';
import { IS_WINDOWS } from './os';

/** On Windows a file that somebody reads at this moment can't be replaced: it is tried again, so often, after so many milliseconds. */
const TRIES = IS_WINDOWS ? 20 : 1;
const PAUSE_MS = 10;
/** Never changes: `Atomics.wait` on it is a pause. */
const still = new Int32Array(new SharedArrayBuffer(4));

/** Writes a file so that whoever reads it sees all of it, also after a power cut. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx', flush: true });
    rename(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function rename(from: string, to: string): void {
  for (let tries = 1; ; tries++) {
    try {
      return renameSync(from, to);
    } catch (error) {
      const inUse = ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '');
      if (!inUse || tries >= TRIES) throw error;
      Atomics.wait(still, 0, 0, PAUSE_MS);
    }
  }
}
