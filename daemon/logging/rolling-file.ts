// A log file of bounded size: when it is full, it becomes the older part, and a new one begins.
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogOutput } from './logger';

/** How large the files may get. */
export interface RollingLimits {
  /** Bytes of one file. Default 5 MiB. */
  readonly bytes?: number;
  /** How many older files are kept: `lab.log.1` is the last one. Default 3. */
  readonly keep?: number;
}

/**
 * Each line is in the file when `write` returns, so that nothing is lost if the process ends at once. A file that can't be
 * put aside, because another program has it open, grows on until it can.
 */
export class RollingFile implements LogOutput {
  private fd: number;
  private size: number;
  private readonly bytes: number;
  private readonly keep: number;
  /** The size from which on it is put aside: rises when that didn't work. */
  private full: number;

  /** @throws as `fs.openSync` does. */
  constructor(
    private readonly path: string,
    { bytes = 5 * 1024 * 1024, keep = 3 }: RollingLimits = {},
  ) {
    this.bytes = this.full = bytes;
    this.keep = keep;
    mkdirSync(dirname(path), { recursive: true });
    this.fd = openSync(path, 'a');
    this.size = fstatSync(this.fd).size;
  }

  /** @throws as `fs.writeSync` does, when the disk is full, say. */
  write(line: string): void {
    const text = Buffer.from(line);
    if (this.size > 0 && this.size + text.length > this.full) this.roll();
    this.size += writeSync(this.fd, text);
  }

  close(): void {
    closeSync(this.fd);
  }

  private roll(): void {
    closeSync(this.fd); // Windows renames no file that is open.
    try {
      for (let at = this.keep - 1; at > 0; at--) moved(`${this.path}.${at}`, `${this.path}.${at + 1}`);
      moved(this.path, `${this.path}.1`);
      this.full = this.bytes;
    } catch {
      this.full = this.size + this.bytes;
    }
    this.fd = openSync(this.path, 'a');
    this.size = fstatSync(this.fd).size;
  }
}

function moved(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
