// Writing a file so that nobody ever sees half of it.
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file so that whoever reads it sees all of it, also after a power cut. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}
