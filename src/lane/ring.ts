// A ring of bytes in memory that two processes share: one end writes, the other reads, and neither believes what it finds there.
import { SameboxError } from '../errors';

/** Bytes of a ring's control words, which stand before its bytes: each word has a cache line of its own. */
export const RING_CONTROL_BYTES = 256;

/** Where the words stand, counted in words of 32 bits. */
export const WORD = { written: 0, read: 16, rest: 32, waits: 48 } as const;

/** What the reader's end does when nothing comes: it looks again, it sleeps in its event loop, it blocks its thread. */
export const REST = { awake: 0, sleeps: 1, blocks: 2 } as const;

/** Up to so many bytes are copied one by one: a view of them would cost more. */
const FEW_BYTES = 96;

/** The memory of one ring. */
export interface RingMemory {
  readonly words: Int32Array;
  /** A power of two. */
  readonly bytes: Uint8Array;
}

/**
 * One ring of `capacity` bytes, and its control words before them, from `offset` on.
 * @param capacity a power of two, at most 2^30.
 */
export function ringMemory(buffer: ArrayBuffer, offset: number, capacity: number): RingMemory {
  return {
    words: new Int32Array(buffer, offset, RING_CONTROL_BYTES / 4),
    bytes: new Uint8Array(buffer, offset + RING_CONTROL_BYTES, capacity),
  };
}

/**
 * The writing end. Positions are counts of bytes since the beginning, modulo 2^32. This end's own is kept here and only
 * told to the other; the other's is asked for when the room that is known of is used up, and checked whenever it is asked.
 */
export class RingWriter {
  private written: number;
  private read: number;

  /** @param start the position that both ends begin with. */
  constructor(
    private readonly memory: RingMemory,
    start = 0,
  ) {
    this.written = this.read = start | 0;
  }

  /**
   * Bytes that can be written now.
   * @throws SameboxError `PROTOCOL` if the reader claims to have read what was never written.
   */
  get room(): number {
    const { words, bytes } = this.memory;
    this.read = Atomics.load(words, WORD.read);
    const used = (this.written - this.read) >>> 0;
    if (used > bytes.length) throw astray();
    return bytes.length - used;
  }

  /**
   * Writes what there is room for of `source`, from `from` to `to`, and lets the reader have it.
   * @returns how many bytes that were.
   */
  write(source: Uint8Array, from = 0, to = source.length): number {
    const { words, bytes } = this.memory;
    const wanted = to - from;
    const known = bytes.length - ((this.written - this.read) >>> 0);
    const count = Math.min(wanted, wanted <= known ? known : this.room);
    if (count === 0) return 0;
    const at = this.written & (bytes.length - 1);
    const first = Math.min(count, bytes.length - at);
    copy(source, from, bytes, at, first);
    copy(source, from + first, bytes, 0, count - first);
    this.written = (this.written + count) | 0;
    Atomics.store(words, WORD.written, this.written);
    return count;
  }

  /** Asks to be woken when there is room. False if there is some by now. */
  wait(): boolean {
    Atomics.store(this.memory.words, WORD.waits, 1);
    return this.room === 0;
  }

  /** How the reader rests. From now on it is awake: whoever is told so wakes it, once. */
  takeRest(): number {
    const { words } = this.memory;
    if (Atomics.load(words, WORD.rest) === REST.awake) return REST.awake;
    return Atomics.exchange(words, WORD.rest, REST.awake);
  }

  /** The word by which the reader's thread is blocked. */
  get restWord(): Int32Array {
    return this.memory.words.subarray(WORD.rest, WORD.rest + 1);
  }
}

/** The reading end: see `RingWriter`. What it reads is copied before anybody looks at it, since the writer can change it later. */
export class RingReader {
  private read: number;

  /** @param start the position that both ends begin with. */
  constructor(
    private readonly memory: RingMemory,
    start = 0,
  ) {
    this.read = start | 0;
  }

  get capacity(): number {
    return this.memory.bytes.length;
  }

  /**
   * Bytes that can be read now.
   * @throws SameboxError `PROTOCOL` if the writer claims to have written more than there is room for.
   */
  get available(): number {
    const { words, bytes } = this.memory;
    const available = (Atomics.load(words, WORD.written) - this.read) >>> 0;
    if (available > bytes.length) throw astray();
    return available;
  }

  /** Copies what there is to `target`, as far as it goes, and gives the room back. Returns how many bytes that were. */
  take(target: Uint8Array): number {
    const { words, bytes } = this.memory;
    const count = Math.min(this.available, target.length);
    if (count === 0) return 0;
    const at = this.read & (bytes.length - 1);
    const first = Math.min(count, bytes.length - at);
    copy(bytes, at, target, 0, first);
    copy(bytes, 0, target, first, count - first);
    this.read = (this.read + count) | 0;
    Atomics.store(words, WORD.read, this.read);
    return count;
  }

  /** Whether the writer waited for room until now: who is told so wakes it, once. */
  takeWait(): boolean {
    const { words } = this.memory;
    return Atomics.load(words, WORD.waits) !== 0 && Atomics.exchange(words, WORD.waits, 0) !== 0;
  }

  /** Says how this end rests from now on. Look whether something has come after it: the writer may not have seen it. */
  rest(how: number): void {
    Atomics.store(this.memory.words, WORD.rest, how);
  }

  /** The word by which this thread is blocked. */
  get restWord(): Int32Array {
    return this.memory.words.subarray(WORD.rest, WORD.rest + 1);
  }
}

function copy(source: Uint8Array, from: number, target: Uint8Array, to: number, count: number): void {
  if (count > FEW_BYTES) target.set(source.subarray(from, from + count), to);
  else for (let index = 0; index < count; index++) target[to + index] = source[from + index] as number;
}

function astray(): SameboxError {
  return new SameboxError('PROTOCOL', 'the positions of a lane are out of place');
}
