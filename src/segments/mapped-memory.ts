// A segment that is mapped: views of its data, its header, and its end. The same for every way.
import { HeaderPage } from './header';
import { mappingKoffi, type Mapping } from './mapping';
import {
  SEGMENT_HEADER_BYTES,
  type OwnSegment,
  type SegmentMaker,
  type SegmentMemory,
  type SegmentWay,
} from './memory';
import { ownerToken } from './owner-token';
import { forgetThreadEnd, whenThreadEnds } from './thread-end';

/** A segment of another process, mapped here. */
export class MappedMemory implements SegmentMemory {
  protected readonly header: HeaderPage;
  private mapped = true;

  constructor(
    readonly way: SegmentWay,
    readonly bytes: number,
    private readonly mapping: Mapping,
  ) {
    this.header = new HeaderPage(bufferAt(mapping.pointer, SEGMENT_HEADER_BYTES));
  }

  /** Over what another process made: its header is checked, and `mapping` given up if that fails. */
  static opened(way: SegmentWay, bytes: number, mapping: Mapping): MappedMemory {
    try {
      const memory = new MappedMemory(way, bytes, mapping);
      memory.header.check(bytes);
      return memory;
    } catch (error) {
      mapping.unmap();
      throw error;
    }
  }

  get generation(): number {
    this.requireMapped();
    return this.header.generation;
  }

  view(offset: number, length: number): ArrayBuffer {
    this.requireMapped();
    requireRange(offset, length, this.bytes);
    return bufferAt(this.mapping.pointer + BigInt(SEGMENT_HEADER_BYTES + offset), length);
  }

  unmap(): void {
    if (!this.mapped) return;
    this.mapped = false;
    this.mapping.unmap();
  }

  /** After `unmap` a touch of the header or the data would end the process. */
  protected requireMapped(): void {
    if (!this.mapped) throw new TypeError('This segment is no longer mapped.');
  }
}

/** A segment of this process. */
export class OwnMemory extends MappedMemory implements OwnSegment {
  // Kept apart from the header, which an opener can write: what the owner goes by is its own.
  private current = 0;
  private present = true;

  /** @param release removes what stands outside of the process: called once. */
  constructor(
    way: SegmentWay,
    bytes: number,
    mapping: Mapping,
    readonly grant: string,
    private readonly release: () => void,
  ) {
    super(way, bytes, mapping);
    this.header.write({ bytes, pid: process.pid, token: ownerToken(), generation: 0 });
    whenThreadEnds(release);
  }

  override get generation(): number {
    return this.current;
  }

  override set generation(generation: number) {
    this.requireMapped();
    this.header.generation = generation;
    this.current = generation;
  }

  remove(): void {
    this.unmap();
    if (!this.present) return;
    this.present = false;
    forgetThreadEnd(this.release);
    this.release();
  }
}

/** One way to make segments, or why there is none. */
export type MakerAnswer = SegmentMaker | { readonly unavailable: string };

/** @throws RangeError if the range isn't whole numbers within `bytes`. */
export function requireRange(offset: number, length: number, bytes: number): void {
  const whole = Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length >= 0;
  if (whole && offset + length <= bytes) return;
  throw new RangeError(
    `${String(length)} bytes at ${String(offset)} are not within ${String(bytes)} bytes of data.`,
  );
}

function bufferAt(pointer: bigint, length: number): ArrayBuffer {
  return mappingKoffi().view(pointer, length);
}
