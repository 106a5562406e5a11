// Large payloads on their way in: the other side's segments, and what of them is in use here.
import { SameboxError } from '../errors';
import { FLAG, KIND, type GrantHead, type ReleaseHead, type SegmentRef } from '../frames/heads';
import type { Limits } from '../limits';
import type { OpenOptions, ReadSegment, SegmentMemory } from '../segments/memory';
import type { HandoffStatus } from '../status';
import { BorrowedSegment, checkRange, over } from './borrowed-segment';
import { LentCopy, type Loan } from './loan';

/** What a borrower needs of its house. */
export interface BorrowerOptions {
  readonly limits: Pick<Limits, 'segmentBytes' | 'segments'>;
  readonly open: (grant: string, options: OpenOptions) => SegmentMemory | ReadSegment;
  /** Whether the other side is trusted not to cut a file that is mapped. */
  readonly trusted: boolean;
  /** The process at the other end, where the kernel has said so. */
  readonly pid: number | undefined;
  /** Sends a frame, or does nothing if the connection is gone. */
  readonly send: (head: ReleaseHead) => void;
}

/** A segment that can't be read here, and why; or one that is read instead of mapped. */
type Known = BorrowedSegment | ReadSegment | SameboxError;

/** The segments that the other side of one connection has granted. */
export class Borrower {
  private readonly segments = new Map<number, Known>();
  private readonly bytes = new Map<number, number>();
  private total = 0;
  private ended = false;

  constructor(private readonly options: BorrowerOptions) {}

  /** @throws SameboxError `PROTOCOL`, `TOO_LARGE`: the connection can't go on. A segment that can't be opened fails its frames only. */
  onGrant([, id, flags, bytes, way]: GrantHead): void {
    const { limits, open, trusted, pid } = this.options;
    if (this.segments.has(id)) throw new SameboxError('PROTOCOL', `segment ${id} is granted twice`);
    if (this.total + bytes > limits.segmentBytes || this.segments.size + 1 > limits.segments) {
      throw new SameboxError(
        'TOO_LARGE',
        `segments of ${this.total + bytes} bytes: the limits are segmentBytes ${limits.segmentBytes} and segments ${limits.segments}`,
      );
    }
    this.total += bytes;
    this.bytes.set(id, bytes);
    try {
      const writes = (flags & FLAG.published) === 0 ? 'both' : 'copy';
      const opened = open(way, { bytes, pid, trusted, writes });
      this.segments.set(id, 'view' in opened ? this.mapped(id, opened) : opened);
    } catch (error) {
      this.segments.set(id, SameboxError.from(error, 'NO_SPACE'));
    }
  }

  /** The owner has removed a segment. */
  onWithdraw([, id]: ReleaseHead): void {
    const segment = this.segments.get(id);
    if (segment === undefined) throw new SameboxError('PROTOCOL', `segment ${id} was never granted`);
    // Else what is mapped here would be without a limit.
    if (segment instanceof BorrowedSegment && segment.open > 0)
      throw new SameboxError('PROTOCOL', `segment ${id} is withdrawn, but something of it is held`);
    this.segments.delete(id);
    this.total -= this.bytes.get(id) ?? 0;
    this.bytes.delete(id);
    leave(segment);
  }

  /**
   * What a reference means: the bytes where they lie, a promise of a copy, or why they can't be read, which is the fault
   * of one call only. What has to be given back is added to `loan`.
   * @throws SameboxError `PROTOCOL` for a reference that was never granted, is over, or lies outside.
   */
  borrow(ref: SegmentRef, loan: Loan): Uint8Array | Promise<Uint8Array> | SameboxError {
    const [id, generation, offset, length] = ref;
    const segment = this.segments.get(id);
    if (segment === undefined)
      throw new SameboxError('PROTOCOL', `a reference to segment ${id}, which was not granted`);
    if (segment instanceof BorrowedSegment) {
      const delivery = segment.deliver(generation, offset, length);
      loan.add(delivery);
      return delivery.bytes;
    }
    if (segment instanceof SameboxError) {
      // A grant may outlive its segment, unless something refers to it: then what it says is false.
      if (segment.code === 'PROTOCOL') throw segment;
      this.giveBack(id, generation);
      return segment;
    }
    checkRange(offset, length, segment.bytes);
    return Promise.all([segment.read(offset, length), segment.generation()]).then(
      ([bytes, present]) => {
        if (generation !== present) throw over(generation);
        this.giveBack(id, generation);
        loan.add(LentCopy.of(bytes));
        return bytes;
      },
      (error: unknown) => {
        throw SameboxError.from(error);
      },
    );
  }

  /** The connection is gone. What is in use stays mapped until it is not. */
  end(): void {
    this.ended = true;
    for (const segment of this.segments.values()) leave(segment);
    this.segments.clear();
  }

  status(): Pick<HandoffStatus, 'segments' | 'mapped' | 'granted' | 'free'> {
    let granted = 0;
    for (const segment of this.segments.values())
      if (segment instanceof BorrowedSegment && segment.open > 0) granted += segment.bytes;
    return { segments: this.segments.size, mapped: this.total, granted, free: this.total - granted };
  }

  private mapped(id: number, memory: SegmentMemory): BorrowedSegment {
    return new BorrowedSegment(memory, (generation) => this.giveBack(id, generation));
  }

  private giveBack(id: number, generation: number): void {
    if (!this.ended) this.options.send([KIND.release, id, FLAG.yours, generation]);
  }
}

function leave(segment: Known): void {
  if (segment instanceof BorrowedSegment) segment.withdraw();
  else if ('close' in segment) segment.close();
}
