// A segment file that is read instead of mapped: its owner could cut it, and a touch of a cut page ends the process.
import { close, read } from 'node:fs';
import { promisify } from 'node:util';
import { SameboxError } from '../errors';
import { requireRange } from './mapped-memory';
import { SEGMENT_HEADER_BYTES, type ReadSegment } from './memory';

/** Bytes of one read: a piece of it is copied while the event loop does other things. */
const PIECE_BYTES = 1024 * 1024;

const readAt = promisify(read);

/** Owns the descriptor. */
export class FileReader implements ReadSegment {
  readonly way = 'file';
  private reading = 0;
  private closed = false;

  constructor(
    private readonly fd: number,
    readonly bytes: number,
  ) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.closed) throw new TypeError('This segment is closed.');
    requireRange(offset, length, this.bytes);
    this.reading++;
    try {
      return await this.readPieces(offset, length);
    } finally {
      this.reading--;
      this.closeIfUnused();
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.closeIfUnused();
  }

  private async readPieces(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const piece = Math.min(PIECE_BYTES, length - done);
      const { bytesRead } = await readAt(this.fd, bytes, done, piece, SEGMENT_HEADER_BYTES + offset + done);
      if (bytesRead === 0) throw new SameboxError('PROTOCOL', 'A segment was cut by its owner.');
      done += bytesRead;
    }
    return bytes;
  }

  /** A number that is closed under a read could be another file's by the time the read runs. */
  private closeIfUnused(): void {
    if (this.closed && this.reading === 0) close(this.fd);
  }
}
