// A segment file that is read instead of mapped: its owner could cut it, and a touch of a cut page ends the process.
import { close, read } from 'node:fs';
import { promisify } from 'node:util';
import { SameboxError } from '../errors';
import { GENERATION } from './header';
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
  /** One read after the other, so that memory is taken for one at a time. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly fd: number,
    readonly bytes: number,
  ) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    requireRange(offset, length, this.bytes);
    return this.readOpen(SEGMENT_HEADER_BYTES + offset, length);
  }

  async generation(): Promise<number> {
    const { buffer } = await this.readOpen(GENERATION.at, GENERATION.bytes);
    return Number(new BigUint64Array(buffer)[0]);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.closeIfUnused();
  }

  private async readOpen(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.reading++;
    const read = this.turn.then(() => this.readPieces(position, length));
    this.turn = read.catch(() => undefined);
    try {
      return await read;
    } finally {
      this.reading--;
      this.closeIfUnused();
    }
  }

  private async readPieces(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.requireOpen();
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      this.requireOpen();
      const piece = Math.min(PIECE_BYTES, length - done);
      const { bytesRead } = await readAt(this.fd, bytes, done, piece, position + done);
      if (bytesRead === 0) throw new SameboxError('PROTOCOL', 'A segment was cut by its owner.');
      done += bytesRead;
    }
    return bytes;
  }

  /** Nobody waits for what is read once it is closed. */
  private requireOpen(): void {
    if (this.closed) throw new TypeError('This segment is closed.');
  }

  /** A number that is closed under a read could be another file's by the time the read runs. */
  private closeIfUnused(): void {
    if (this.closed && this.reading === 0) close(this.fd);
  }
}
