// Frames whose large attachments are still coming, and the frames that must not overtake them.
import { SameboxError } from '../errors';
import type { Attachment } from '../cbor/decode';
import {
  KIND,
  type AttachmentList,
  type AttachmentRef,
  type Head,
  type PlaceHead,
  type SegmentRef,
  type TransferRef,
} from '../frames/heads';
import { attachmentsOf } from '../frames/split-frame';
import { LentCopy, Loan, NO_LOAN } from '../handoff/loan';
import { INLINE_THRESHOLD, REFERRED_BYTES, type Limits } from '../limits';
import { HeldFrames, type HeldFrame, type Track, type Weight } from './held-frames';

/** A frame with all of its attachments. */
export interface CompleteFrame {
  readonly head: Head;
  readonly body: Buffer;
  /** Where one couldn't be had, why. */
  readonly attachments: readonly Attachment[];
  /** The large ones among them: over when the handler has returned, unless it takes the loan. */
  readonly loan: Loan;
}

/** What a reference to a segment means: see `Borrower.borrow`. */
export type Borrow = (ref: SegmentRef, loan: Loan) => Attachment | Promise<Attachment>;

interface IncomingTransfer {
  readonly frame: HeldFrame;
  readonly index: number;
  readonly length: number;
  bytes: Uint8Array | undefined;
  received: number;
}

const PLACEHOLDER = new Uint8Array(0);

/**
 * Puts frames and the chunks of their attachments together. Frames of one track (calls to one target; what
 * belongs to one call) come out in the order they came in; an error doesn't wait. Ids of calls only rise.
 */
export class Arrivals {
  private readonly held: HeldFrames;
  private readonly transfers = new Map<number, IncomingTransfer>();
  private lastCall = 0;

  constructor(
    private readonly limits: Pick<Limits, 'attachments'> & Weight,
    private readonly deliver: (frame: CompleteFrame) => void,
    private readonly borrow: Borrow,
    /** A frame that was waited for without its bytes coming through the socket can't go on. */
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.held = new HeldFrames(limits);
  }

  /** What waits for attachments. */
  get waiting(): Weight {
    return this.held.weight;
  }

  /** The first call id that has not come. */
  get nextCall(): number {
    return this.lastCall + 1;
  }

  /** Takes a frame; delivers it at once, or later. `body` is a view that is valid during the call only. */
  take(head: Head, body: Buffer, inline: readonly Uint8Array[]): void {
    if (head[0] === KIND.call) {
      if (head[1] <= this.lastCall)
        throw new SameboxError('PROTOCOL', `call ${head[1]} came after call ${this.lastCall}`);
      // A goaway names the next one, which no head could hold.
      if (head[1] === Number.MAX_SAFE_INTEGER) throw new SameboxError('PROTOCOL', 'call ids are used up');
      this.lastCall = head[1];
    }
    const list = attachmentsOf(head);
    if (list.length - 1 > this.limits.attachments) {
      throw new SameboxError(
        'TOO_LARGE',
        `${list.length - 1} attachments: the limit is ${this.limits.attachments}`,
      );
    }
    const track = this.held.trackBefore(head);
    const plain = list.length - 1 === inline.length || list.length === 0;
    if (!plain || (track !== undefined && head[0] !== KIND.error))
      this.gather(head, body, list, inline, track);
    else if (track === undefined) this.deliver({ head, body, attachments: inline, loan: NO_LOAN });
    else this.overtake(track, { head, body, attachments: inline, loan: NO_LOAN });
  }

  /** A frame that may have to wait: for what it refers to, or for those before it in its track. */
  private gather(
    head: Head,
    body: Buffer,
    list: AttachmentList,
    inline: readonly Uint8Array[],
    track: Track | undefined,
  ): void {
    const frame: HeldFrame = {
      head,
      body,
      attachments: [],
      loan: new Loan(),
      missing: new Set(),
      weight: { arrivingBytes: 0, heldBytes: body.length, heldFrames: 1 },
    };
    try {
      this.checkReferred(list.slice(1));
      this.collect(frame, list.slice(1), inline);
      if (frame.missing.size > 0 || track !== undefined) {
        frame.body = Buffer.from(body);
        return this.held.add(frame);
      }
    } catch (error) {
      frame.loan.end();
      throw error;
    }
    this.deliver(frame);
  }

  private collect(frame: HeldFrame, refs: readonly AttachmentRef[], inline: readonly Uint8Array[]): void {
    let nextInline = 0;
    for (const ref of refs) {
      if (typeof ref !== 'number') this.refer(frame, ref);
      else {
        frame.weight.heldBytes += ref;
        frame.attachments.push(inline[nextInline++] as Uint8Array);
      }
    }
  }

  /** Before anything is mapped or read of it: a few bytes can refer to very many. */
  private checkReferred(refs: readonly AttachmentRef[]): void {
    let bytes = 0;
    for (const ref of refs) if (typeof ref !== 'number' && ref.length === 4) bytes += ref[3];
    if (bytes > REFERRED_BYTES)
      throw new SameboxError('TOO_LARGE', `a frame that refers to ${bytes} bytes: at most ${REFERRED_BYTES}`);
  }

  private refer(frame: HeldFrame, ref: TransferRef | SegmentRef): void {
    const index = frame.attachments.length;
    frame.attachments.push(PLACEHOLDER);
    if (ref.length === 4) {
      const attachment = this.borrow(ref, frame.loan);
      // What is read is copied to memory of its own.
      if (attachment instanceof Promise) frame.weight.arrivingBytes += ref[3];
      return this.put(frame, index, attachment);
    }
    const [number, length] = ref;
    this.announce(number, { frame, index, length, bytes: undefined, received: 0 });
    frame.missing.add(number);
    frame.weight.arrivingBytes += length;
    frame.weight.heldFrames++;
  }

  /** An attachment has its place in its frame, at once or when it was read. */
  private put(frame: HeldFrame, index: number, attachment: Attachment | Promise<Attachment>): void {
    if (!(attachment instanceof Promise)) {
      frame.attachments[index] = attachment;
      return;
    }
    frame.missing.add(attachment);
    const read = (given: Attachment): void => {
      frame.attachments[index] = given;
      this.arrived(frame, attachment);
    };
    attachment.then(read).catch(this.onFailure);
  }

  /** The sender has placed a transfer in a segment, instead of sending it in chunks. */
  place([, number, , segment, generation, offset]: PlaceHead): void {
    const transfer = this.transfers.get(number);
    if (transfer === undefined || transfer.bytes !== undefined)
      throw new SameboxError('PROTOCOL', `transfer ${number} is placed, but is not one that can be`);
    const { frame, index, length } = transfer;
    this.transfers.delete(number);
    this.put(frame, index, this.borrow([segment, generation, offset, length], frame.loan));
    this.arrived(frame, number);
  }

  private announce(number: number, transfer: IncomingTransfer): void {
    if (transfer.length === 0 || this.transfers.has(number))
      throw new SameboxError('PROTOCOL', `transfer ${number} is announced wrongly`);
    this.transfers.set(number, transfer);
  }

  /** Where a chunk goes. Memory for the whole attachment is taken with its first chunk; pages cost only when written. */
  target(number: number, offset: number, length: number): Uint8Array {
    const transfer = this.transfers.get(number);
    if (transfer === undefined)
      throw new SameboxError('PROTOCOL', `a chunk of transfer ${number}, which is not under way`);
    if (offset !== transfer.received || length > transfer.length - offset) {
      throw new SameboxError('PROTOCOL', `a chunk of transfer ${number} out of place`);
    }
    transfer.bytes ??= allocate(transfer.length);
    return transfer.bytes.subarray(offset, offset + length);
  }

  /**
   * A chunk is in its target, or with `aborted`, the sender has given the transfer up: its frame is dropped with all
   * of its transfers, so that those that are aborted after it are no longer known.
   */
  received(number: number, length: number, aborted: boolean): void {
    const transfer = this.transfers.get(number);
    if (aborted) return transfer === undefined ? undefined : this.release(this.drop(transfer.frame));
    if (transfer === undefined)
      throw new SameboxError('PROTOCOL', `a chunk of transfer ${number}, which is not under way`);
    transfer.received += length;
    if (transfer.received < transfer.length) return;
    const { frame, index } = transfer;
    const bytes = transfer.bytes as Uint8Array;
    this.transfers.delete(number);
    frame.attachments[index] = bytes;
    if (bytes.length > INLINE_THRESHOLD) frame.loan.add(LentCopy.of(bytes));
    this.arrived(frame, number);
  }

  /** The connection is gone: what waits never comes. */
  end(): void {
    for (const frame of this.held.takeAll()) frame.loan.end();
    this.transfers.clear();
  }

  private arrived(frame: HeldFrame, what: number | Promise<unknown>): void {
    frame.missing.delete(what);
    if (frame.missing.size > 0) return;
    const track = this.held.trackWith(frame);
    if (track === undefined)
      frame.loan.end(); // It was dropped meanwhile.
    else this.release(track);
  }

  /** Delivers what stands complete at the front of a track. */
  private release(track: Track): void {
    for (let frame = track.first; frame?.missing.size === 0; frame = track.first) {
      this.held.remove(frame);
      this.deliver(frame);
    }
  }

  private drop(frame: HeldFrame): Track {
    for (const what of frame.missing) if (typeof what === 'number') this.transfers.delete(what);
    frame.loan.end();
    return this.held.remove(frame);
  }

  /** Delivers an error after what is complete in its track; what isn't is dropped. */
  private overtake(track: Track, error: CompleteFrame): void {
    for (let frame = track.first; frame !== undefined; frame = track.first) this.release(this.drop(frame));
    this.deliver(error);
  }
}

/** @throws SameboxError `TOO_LARGE` if the machine has no such room. */
function allocate(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (error) {
    throw new SameboxError('TOO_LARGE', `no memory for an attachment of ${length} bytes`, { cause: error });
  }
}
