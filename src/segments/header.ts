// The header page of a segment: its layout, written by the owner and checked by whoever opens the segment.
import { SameboxError } from '../errors';
import { SEGMENT_HEADER_BYTES } from './memory';

/*
 * All numbers in the byte order of the machine, which they never leave.
 *
 *  0  magic       8 bytes  "samebox" and a zero
 *  8  version     u32      1
 * 12  header      u32      bytes of this page
 * 16  bytes       u64      bytes of data after it
 * 24  pid         u32      the owner's process, as the owner knows it
 * 28  reserved    u32      0
 * 32  token       16 bytes random, the same in all segments of one process
 * 48  generation  u64      see `SegmentMemory`; written in one piece, so that no reader sees half of it
 */
const MAGIC = Buffer.from('samebox\0', 'latin1');
const VERSION = 1;
const AT = { version: 2, header: 3, bytes: 2, pid: 6, token: 32, generation: 6 } as const;

/** Where the generation stands, and its bytes, for who reads nothing else. */
export const GENERATION = { at: 8 * AT.generation, bytes: 8 } as const;

/** Bytes of an owner's token. */
export const TOKEN_BYTES = 16;

/** What an owner writes into the header. */
export interface SegmentHeader {
  /** Bytes of data. */
  readonly bytes: number;
  /** The owner's pid, as the owner knows it. */
  readonly pid: number;
  /** 16 random bytes, one set per process. */
  readonly token: Uint8Array;
  /** How often the owner has used the segment anew. */
  readonly generation: number;
}

/** The header of one segment, over the mapped page or a copy of it. */
export class HeaderPage {
  private readonly octets: Uint8Array;
  private readonly words: Uint32Array;
  private readonly longs: BigUint64Array;

  /** @param page the first 4096 bytes of the segment. */
  constructor(page: ArrayBuffer) {
    this.octets = new Uint8Array(page, 0, SEGMENT_HEADER_BYTES);
    this.words = new Uint32Array(page, 0, SEGMENT_HEADER_BYTES / 4);
    this.longs = new BigUint64Array(page, 0, SEGMENT_HEADER_BYTES / 8);
  }

  /** Writes all of it; the magic last, so that a header that isn't whole is none. */
  write(header: SegmentHeader): void {
    this.words[AT.version] = VERSION;
    this.words[AT.header] = SEGMENT_HEADER_BYTES;
    this.longs[AT.bytes] = BigInt(header.bytes);
    this.words[AT.pid] = header.pid;
    this.octets.set(header.token.subarray(0, TOKEN_BYTES), AT.token);
    this.generation = header.generation;
    this.octets.set(MAGIC, 0);
  }

  /**
   * What stands in it.
   * @throws SameboxError `PROTOCOL` if it isn't a header of this version over `bytes` bytes of data.
   */
  check(bytes: number): SegmentHeader {
    if (!MAGIC.equals(this.octets.subarray(0, MAGIC.length))) throw broken('has no samebox header');
    const version = this.words[AT.version];
    if (version !== VERSION)
      throw broken(`has a header of version ${String(version)}, not ${String(VERSION)}`);
    if (this.words[AT.header] !== SEGMENT_HEADER_BYTES) throw broken('has a header of another length');
    const found = this.longs[AT.bytes];
    if (found !== BigInt(bytes)) throw broken(`has ${String(found)} bytes of data, not ${String(bytes)}`);
    return {
      bytes,
      pid: this.words[AT.pid] ?? 0,
      token: this.octets.slice(AT.token, AT.token + TOKEN_BYTES),
      generation: this.generation,
    };
  }

  /** @throws SameboxError `PROTOCOL` if it is beyond what a number holds exactly. */
  get generation(): number {
    const generation = Number(Atomics.load(this.longs, AT.generation));
    if (!Number.isSafeInteger(generation)) throw broken('has a generation beyond 2^53');
    return generation;
  }

  /** @throws RangeError if it isn't a whole number of at most 2^53 - 1. */
  set generation(generation: number) {
    if (!Number.isSafeInteger(generation) || generation < 0) {
      throw new RangeError(`A generation is a whole number from 0 to 2^53 - 1, not ${String(generation)}.`);
    }
    Atomics.store(this.longs, AT.generation, BigInt(generation));
  }
}

function broken(fact: string): SameboxError {
  return new SameboxError('PROTOCOL', `A segment ${fact}.`);
}
