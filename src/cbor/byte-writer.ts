// Bytes being written: a slab that grows, CBOR's headers and numbers, and finished pieces to hand to a socket.

import type { DirectBuffer } from './direct-buffer';

/** A slab's size follows what is written between two `take`s: who writes little holds little. */
const SMALLEST_SLAB = 4 * 1024;
const LARGEST_SLAB = 64 * 1024;

/**
 * Writes into one slab after another. A piece begins with `begin`, and ends with `end` or is forgotten with `abort`;
 * `take` hands out what is finished. A slab is never written again once taken, so that pieces can be kept.
 */
export class ByteWriter {
  bytes: Buffer;
  position = 0;
  private view: DataView;
  private finished: Buffer[] = [];
  private taken = 0;
  private start = 0;

  /** @param first bytes of the first slab. */
  constructor(first = SMALLEST_SLAB) {
    this.bytes = Buffer.allocUnsafeSlow(first);
    this.view = new DataView(this.bytes.buffer);
  }

  /** First byte of the piece being written. Moves when the slab grows. */
  get pieceStart(): number {
    return this.start;
  }

  begin(): void {
    this.start = this.position;
  }

  abort(): void {
    this.position = this.start;
    if (this.start === 0 && this.taken === 0) this.shrink();
  }

  /** Bytes that are finished and not taken, and of the piece being written. */
  get pending(): number {
    return total(this.finished) + this.position - this.taken;
  }

  /** What has been finished since the last `take`, in order. */
  take(): Buffer[] {
    const pieces = this.finished;
    if (this.position > this.taken) {
      pieces.push(this.bytes.subarray(this.taken, this.position));
      this.taken = this.position;
    }
    this.finished = [];
    this.settle(total(pieces));
    return pieces;
  }

  /** The same, for who copies what he gets: no view is made of what stands in one slab. */
  passTo(copy: (bytes: Buffer, from: number, to: number) => void): void {
    if (this.finished.length > 0) {
      for (const piece of this.take()) copy(piece, 0, piece.length);
      return;
    }
    const { bytes, taken, position } = this;
    if (position === taken) return;
    this.taken = position;
    this.settle(position - taken);
    copy(bytes, taken, position);
  }

  /** So many bytes were taken: chooses the slab for the next. */
  private settle(bytes: number): void {
    const { length } = this.bytes;
    // One that began smaller than any slab is used for one piece only.
    if (length >= SMALLEST_SLAB && this.position > length - 1024) this.renew(slabFor(bytes));
    else this.shrink();
  }

  /** One large piece is no reason to keep a large slab. */
  private shrink(): void {
    if (this.bytes.length > LARGEST_SLAB) this.renew(LARGEST_SLAB);
  }

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    if (this.position + count > this.bytes.length) this.grow(count);
  }

  private grow(count: number): void {
    const { bytes, start, position } = this;
    const piece = position - start;
    if (start > this.taken) this.finished.push(bytes.subarray(this.taken, start));
    this.renew(Math.max(slabFor(bytes.length), 2 * (piece + count)));
    bytes.copy(this.bytes, 0, start, position);
    this.position = piece;
  }

  private renew(size: number): void {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.view = new DataView(this.bytes.buffer);
    this.position = this.start = this.taken = 0;
  }

  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.position++] = value;
  }

  uint16At(position: number, value: number): void {
    this.view.setUint16(position, value);
  }

  uint32At(position: number, value: number): void {
    this.view.setUint32(position, value);
  }

  /** A CBOR header: major type (already shifted to the high bits) and argument. */
  header(major: number, argument: number): void {
    this.ensure(9);
    const { bytes } = this;
    if (argument < 24) {
      bytes[this.position++] = major | argument;
    } else if (argument < 0x100) {
      bytes[this.position++] = major | 24;
      bytes[this.position++] = argument;
    } else if (argument < 0x10000) {
      bytes[this.position++] = major | 25;
      this.view.setUint16(this.position, argument);
      this.position += 2;
    } else if (argument < 0x100000000) {
      bytes[this.position++] = major | 26;
      this.view.setUint32(this.position, argument);
      this.position += 4;
    } else {
      bytes[this.position++] = major | 27;
      this.view.setUint32(this.position, Math.floor(argument / 0x100000000));
      this.view.setUint32(this.position + 4, argument >>> 0);
      this.position += 8;
    }
  }

  /** An integer within the safe range. */
  integer(value: number): void {
    if (value >= 0) this.header(0x00, value);
    else this.header(0x20, -1 - value);
  }

  float64(value: number): void {
    this.ensure(9);
    this.bytes[this.position] = 0xfb;
    this.view.setFloat64(this.position + 1, value);
    this.position += 9;
  }

  /** Bytes as they are, without a header. */
  raw(source: Uint8Array): void {
    this.ensure(source.length);
    this.bytes.set(source, this.position);
    this.position += source.length;
  }

  /** Zeros up to the next multiple of `alignment`, counted from the piece's start. */
  align(alignment: number): void {
    const padding = -(this.position - this.start) & (alignment - 1);
    this.ensure(padding);
    this.bytes.fill(0, this.position, this.position + padding);
    this.position += padding;
  }

  /** A text string. Returns false, with nothing written, if it has a lone surrogate. */
  text(value: string): boolean {
    const { length } = value;
    if (length < 24) {
      this.ensure(1 + length);
      const { bytes } = this;
      let position = this.position + 1;
      let index = 0;
      for (; index < length; index++) {
        const code = value.charCodeAt(index);
        if (code > 0x7f) break;
        bytes[position++] = code;
      }
      if (index === length) {
        bytes[this.position] = 0x60 | length;
        this.position = position;
        return true;
      }
    }
    const size = Buffer.byteLength(value);
    if (size !== length && !isWellFormed(value)) return false;
    this.header(0x60, size);
    this.ensure(size);
    const bytes = this.bytes as DirectBuffer;
    this.position +=
      size === length ? bytes.latin1Write(value, this.position) : bytes.utf8Write(value, this.position);
    return true;
  }
}

function total(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** The size of the next slab, where so many bytes were just written. */
function slabFor(written: number): number {
  return Math.min(Math.max(SMALLEST_SLAB, 2 * written), LARGEST_SLAB);
}

function isWellFormed(value: string): boolean {
  return (value as string & { isWellFormed(): boolean }).isWellFormed();
}
