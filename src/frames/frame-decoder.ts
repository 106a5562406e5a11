// Bytes in, frames out: takes the stream in any pieces, checks every length before it uses it.
import { SameboxError } from '../errors';
import type { Limits } from '../limits';
import { readHead } from './head-codec';
import { KIND, type ChunkHead, type Head } from './heads';
import { splitFrame } from './split-frame';
import { PREFIX_BYTES } from './write-frame';

/** Who gets the frames. What it throws comes out of `push`. */
export interface FrameSink {
  /**
   * A whole frame.
   * @param body a view of the bytes as received: valid during the call only.
   * @param inline the inline attachments, each with an ArrayBuffer of its own.
   */
  onFrame(head: Head, body: Buffer, inline: readonly Uint8Array[]): void;
  /** Where the `length` bytes of a chunk go. */
  chunkTarget(head: ChunkHead, length: number): Uint8Array;
  /** All bytes of a chunk are in its target. */
  onChunk(head: ChunkHead): void;
}

const SMALLEST_GATHER = 4096;
/** A chunk that is cut is written to its target piece by piece from this size on. */
const DIRECT_BYTES = 16 * 1024;

/** The frame decoder: one for every connection. After it has thrown it must not be used again. */
export class FrameDecoder {
  /** A frame that came in part: its first bytes. */
  private gathered: Buffer = Buffer.alloc(0);
  private have = 0;
  /** How many bytes the gathered frame needs before the next step can be taken. */
  private need = 0;
  private stopped = false;
  private direct: { head: ChunkHead; target: Uint8Array; filled: number } | undefined;

  constructor(
    private readonly limits: Pick<Limits, 'frameBytes' | 'headBytes'>,
    private readonly sink: FrameSink,
  ) {}

  /**
   * Takes the next bytes of the stream: those of `piece` before `end`.
   * @returns where it has stopped: before `end` only if it was told to.
   * @throws SameboxError `PROTOCOL` or `TOO_LARGE`: the connection can't go on.
   */
  push(piece: Buffer, end = piece.length): number {
    let at = 0;
    this.stopped = false;
    while (at < end && !this.stopped) {
      if (this.direct) at += this.fillDirect(piece, at, end);
      else if (this.need > 0) at += this.gather(piece, at, end);
      else {
        const length = end - at >= 4 ? this.frameLength(piece, at) : Infinity;
        if (length <= end - at) {
          this.deliver(piece, at, at + length);
          at += length;
        } else {
          this.need = PREFIX_BYTES;
          this.have = 0;
        }
      }
    }
    return at;
  }

  /** The frame that is being delivered is the last of what is pushed now: `push` leaves the rest. */
  stop(): void {
    this.stopped = true;
  }

  /** The length of the frame that begins at `at`, with its length field. */
  private frameLength(bytes: Buffer, at: number): number {
    const length = bytes.readUInt32BE(at) + 4;
    if (length > this.limits.frameBytes) {
      throw new SameboxError(
        'TOO_LARGE',
        `a frame of ${length} bytes: the limit is ${this.limits.frameBytes}`,
      );
    }
    if (length <= PREFIX_BYTES) throw new SameboxError('PROTOCOL', `a frame of ${length} bytes`);
    return length;
  }

  private headEnd(bytes: Buffer, at: number): number {
    const headBytes = bytes.readUInt16BE(at + 4);
    if (headBytes > this.limits.headBytes || headBytes === 0) {
      throw new SameboxError(
        'PROTOCOL',
        `a head of ${headBytes} bytes: the limit is ${this.limits.headBytes}`,
      );
    }
    return PREFIX_BYTES + headBytes;
  }

  /** Collects a frame that came in part: first its prefix, then its head, then the rest. */
  private gather(piece: Buffer, at: number, end: number): number {
    const count = Math.min(this.need - this.have, end - at);
    this.room(this.have + count);
    piece.copy(this.gathered, this.have, at, at + count);
    this.have += count;
    if (this.have < this.need) return count;
    const length = this.frameLength(this.gathered, 0);
    if (this.need === PREFIX_BYTES) {
      this.need = this.headEnd(this.gathered, 0);
      if (this.need > length) throw new SameboxError('PROTOCOL', 'a head longer than its frame');
    } else if (this.need < length && !this.startDirect(length)) {
      this.need = length;
    }
    if (this.have === length && !this.direct) {
      this.deliver(this.gathered, 0, length);
      this.need = 0;
      if (this.gathered.length > SMALLEST_GATHER) this.gathered = Buffer.alloc(0);
    }
    return count;
  }

  /** Grows with what has come, not with what is claimed. */
  private room(bytes: number): void {
    if (bytes <= this.gathered.length) return;
    const size = Math.min(Math.max(SMALLEST_GATHER, 2 * bytes), this.limits.frameBytes);
    const larger = Buffer.allocUnsafeSlow(size);
    this.gathered.copy(larger, 0, 0, this.have);
    this.gathered = larger;
  }

  /** After the head of a large chunk: its bytes go where they belong, without a stop. */
  private startDirect(length: number): boolean {
    if (length - this.have < DIRECT_BYTES) return false;
    const head = readHead(this.gathered, PREFIX_BYTES, this.have);
    if (head[0] !== KIND.chunk) return false;
    this.direct = { head, target: this.sink.chunkTarget(head, length - this.have), filled: 0 };
    this.need = 0;
    return true;
  }

  private fillDirect(piece: Buffer, at: number, end: number): number {
    const direct = this.direct as NonNullable<typeof this.direct>;
    const count = Math.min(direct.target.length - direct.filled, end - at);
    direct.target.set(piece.subarray(at, at + count), direct.filled);
    direct.filled += count;
    if (direct.filled === direct.target.length) {
      this.direct = undefined;
      this.sink.onChunk(direct.head);
    }
    return count;
  }

  private deliver(bytes: Buffer, start: number, end: number): void {
    const headEnd = start + this.headEnd(bytes, start);
    if (headEnd > end) throw new SameboxError('PROTOCOL', 'a head longer than its frame');
    const head = readHead(bytes, start + PREFIX_BYTES, headEnd);
    if (head[0] === KIND.chunk) {
      this.sink.chunkTarget(head, end - headEnd).set(bytes.subarray(headEnd, end));
      this.sink.onChunk(head);
    } else {
      const { body, inline } = splitFrame(bytes, start, headEnd, end, head);
      this.sink.onFrame(head, body, inline);
    }
  }
}
