// The files that a service writes in its folder, by their names: the log and its older parts, and the lock.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path/win32';

/** The log of the box `name`. */
export function logFile(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}

/** Whether a file is one of those that the service of `name` has written. */
export function isServiceFile(file: string, name: string): boolean {
  const rest = file.startsWith(`${name}.`) ? file.slice(name.length) : '';
  return /^\.(log(\.\d+)?|lock(\.pid|\.held)?)$/.test(rest);
}

/** Reads a log that goes on: first its end, then what is added. */
export class LogReader {
  private at = 0;
  /** The beginning of a line whose end isn't written yet. */
  private begun = '';

  constructor(private readonly file: string) {}

  /** The last lines, with those of the older part if it takes them. Nothing if there is no log yet. */
  last(count: number): string[] {
    const lines = [...linesOf(this.older()), ...this.added()];
    return count <= 0 ? [] : lines.slice(-count);
  }

  /** Lines that have come since. Of a file that has been put aside, the rest is read in its new place. */
  added(): string[] {
    const fd = opened(this.file);
    if (fd === undefined) return [];
    try {
      const { size } = fstatSync(fd);
      const rest = size < this.at ? this.older().subarray(this.at).toString() : '';
      if (size < this.at) this.at = 0;
      const bytes = Buffer.alloc(size - this.at);
      this.at += readSync(fd, bytes, 0, bytes.length, this.at);
      const lines = `${this.begun}${rest}${bytes.toString()}`.split('\n');
      this.begun = lines.pop() ?? '';
      return lines;
    } finally {
      closeSync(fd);
    }
  }

  private older(): Buffer {
    const fd = opened(`${this.file}.1`);
    if (fd === undefined) return Buffer.alloc(0);
    try {
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  }
}

function linesOf(bytes: Buffer): string[] {
  return bytes.toString().split('\n').slice(0, -1);
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
