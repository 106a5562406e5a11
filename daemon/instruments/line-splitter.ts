// Cuts a stream of bytes into lines, and never keeps more than one line's worth.

/** How lines end and read. */
export interface LineFormat {
  /** What ends a line. `'\n'` also accepts `'\r\n'`. */
  readonly terminator: string;
  /** How bytes become text. */
  readonly encoding: BufferEncoding;
  /** The longest line, in bytes without its terminator. */
  readonly maxLine: number;
}

/** Where lines go. */
export interface LineSink {
  line(text: string): void;
  /** A line grew over `maxLine`; what of it was kept is gone, and the rest up to its terminator will be skipped. */
  overlong(): void;
}

const CR = 0x0d;

/** Bytes in, lines out. */
export class LineSplitter {
  readonly #end: Buffer;
  readonly #format: LineFormat;
  readonly #sink: LineSink;
  /** The beginning of a line that has no end yet stands in its first `#length` bytes; it doubles when it is full. */
  #store: Buffer = Buffer.alloc(256);
  #length = 0;
  #skipping = false;

  constructor(format: LineFormat, sink: LineSink) {
    this.#end = Buffer.from(format.terminator, format.encoding);
    this.#format = format;
    this.#sink = sink;
  }

  /** Takes bytes as they come, cut anywhere. */
  push(chunk: Buffer): void {
    // A terminator can be cut in two, so the search starts a little before the new bytes.
    let from = Math.max(0, this.#length - this.#end.length + 1);
    let bytes = this.#length === 0 ? chunk : this.#append(chunk);
    for (;;) {
      const at = bytes.indexOf(this.#end, from);
      if (at < 0) break;
      this.#emit(bytes.subarray(0, at));
      bytes = bytes.subarray(at + this.#end.length);
      from = 0;
    }
    this.#keep(bytes);
  }

  /** Forgets an unfinished line: the connection it came on is gone. */
  reset(): void {
    this.#length = 0;
    this.#skipping = false;
  }

  #emit(line: Buffer): void {
    if (this.#skipping) {
      this.#skipping = false;
      return;
    }
    const returned = this.#format.terminator === '\n' && line[line.length - 1] === CR;
    const text = returned ? line.subarray(0, -1) : line;
    if (text.length > this.#format.maxLine) this.#sink.overlong();
    else this.#sink.line(text.toString(this.#format.encoding));
  }

  #keep(rest: Buffer): void {
    // A little more than a line may have: a return and a part of the terminator may stand behind it.
    if (!this.#skipping && rest.length > this.#format.maxLine + this.#end.length) {
      this.#skipping = true;
      this.#sink.overlong();
    }
    // While skipping, only what may begin a terminator.
    const kept = this.#skipping ? rest.subarray(Math.max(0, rest.length - this.#end.length + 1)) : rest;
    this.#reserve(kept.length);
    kept.copy(this.#store);
    this.#length = kept.length;
  }

  #append(chunk: Buffer): Buffer {
    const total = this.#length + chunk.length;
    this.#reserve(total);
    chunk.copy(this.#store, this.#length);
    return this.#store.subarray(0, total);
  }

  #reserve(size: number): void {
    if (size <= this.#store.length) return;
    const bigger = Buffer.alloc(Math.max(size, this.#store.length * 2));
    this.#store.copy(bigger, 0, 0, this.#length);
    this.#store = bigger;
  }
}
