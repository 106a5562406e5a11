// The seam to shared memory: what a segment is to the rest of the house, whichever way it is made.

/** How a segment comes to be: a sealed memfd (Linux), a file (any POSIX system), a file mapping (Windows). */
export type SegmentWay = 'memfd' | 'file' | 'mapping';

/** Bytes before the data: the header has a page of its own, so that the data is aligned for every element type. */
export const SEGMENT_HEADER_BYTES = 4096;

/** Bytes of data that one segment can have: what one ArrayBuffer over mapped memory may span. */
export const SEGMENT_BYTES = 2 ** 32 - SEGMENT_HEADER_BYTES;

/** Shared memory that is mapped into this process, from its making or opening until `unmap`. */
export interface SegmentMemory {
  readonly way: SegmentWay;
  /** Bytes of data, without the header. */
  readonly bytes: number;
  /** The generation that the header states now: how often the owner has used the segment anew. */
  readonly generation: number;
  /**
   * A new ArrayBuffer over `length` bytes of the data from `offset` on. Nothing is copied. Whoever asks for it sees to it
   * that it is detached, or collected, before `unmap`.
   * @throws RangeError outside of the data; TypeError after `unmap`.
   */
  view(offset: number, length: number): ArrayBuffer;
  /** Gives the mapping up. The memory lives on while somebody else has it. Again, it does nothing. */
  unmap(): void;
}

/** A segment of this process: it alone writes the header, and removes what stands outside of the process. */
export interface OwnSegment extends SegmentMemory {
  /** What another process needs to open it: see `openSegment`. */
  readonly grant: string;
  generation: number;
  /** Unmaps, and removes file or descriptor: nobody can open it any more; who has it mapped keeps it. */
  remove(): void;
}

/** A segment that can't be mapped safely, since its owner could cut it: its bytes are read instead, off the event loop. */
export interface ReadSegment {
  readonly way: SegmentWay;
  readonly bytes: number;
  /**
   * A copy of `length` bytes of the data from `offset` on.
   * @throws SameboxError `PROTOCOL` if they are not all there; RangeError outside of the data.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * The generation that the header states now.
   * @throws SameboxError `PROTOCOL` if it is not there.
   */
  generation(): Promise<number>;
  close(): void;
}

/** One way to make segments. */
export interface SegmentMaker {
  readonly way: SegmentWay;
  /**
   * Makes a segment of `bytes` bytes of data, mapped, with zeros in it and generation 0. A promise where space must be
   * reserved first, which runs off the event loop.
   * @throws SameboxError `NO_SPACE`, `TOO_LARGE`
   */
  create(bytes: number, options?: CreateOptions): OwnSegment | Promise<OwnSegment>;
}

/** What a segment is meant for. */
export interface CreateOptions {
  /**
   * Several processes will read it (`writes: 'copy'`), none but the owner write it. A memfd is sealed against writing, and
   * can then be opened with `'copy'` only; the other ways leave it at the readers' word. Default false.
   */
  readonly published?: boolean | undefined;
}

/** What the opener of a segment knows of it. */
export interface OpenOptions {
  /** Bytes of data that its owner says it has. */
  readonly bytes: number;
  /** The process that must be its owner, where the kernel has said who that is. */
  readonly pid?: number | undefined;
  /** Whether the owner is trusted not to cut a file that is mapped. */
  readonly trusted: boolean;
  /**
   * `'both'`: owner and opener see what the other writes. `'copy'`: what the opener writes, it alone sees (copy on write);
   * for segments that several processes read.
   */
  readonly writes: 'both' | 'copy';
}
