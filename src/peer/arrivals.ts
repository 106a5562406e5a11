// Frames whose large attachments are still coming, and the frames that must not overtake them.
import { SameboxError } from '../errors';
import { attachmentsOf, KIND, type AttachmentRef, type Head } from '../frames';
import type { Limits } from '../limits';
import { HeldFrames, type HeldFrame, type Lane, type Weight } from './held-frames';

/** A frame with all of its attachments. */
export interface CompleteFrame {
  readonly head: Head;
  readonly body: Buffer;
  readonly attachments: readonly Uint8Array[];
}

interface IncomingTransfer {
  readonly frame: HeldFrame;
  readonly index: number;
  readonly length: number;
  bytes: Uint8Array | undefined;
  received: number;
}

const PLACEHOLDER = new Uint8Array(0);

/**
 * Puts frames and the chunks of their attachments together. Frames of one lane (calls to one target; what
 * belongs to one call) come out in the order they came in; an error doesn't wait. Ids of calls only rise.
 */
export class Arrivals {
  private readonly held: HeldFrames;
  private readonly transfers = new Map<number, IncomingTransfer>();
  private lastCall = 0;

  constructor(
    private readonly limits: Pick<Limits, 'attachments'> & Weight,
    private readonly deliver: (frame: CompleteFrame) => void,
  ) {
    this.held = new HeldFrames(limits);
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
      this.lastCall = head[1];
    }
    const list = attachmentsOf(head);
    if (list.length - 1 > this.limits.attachments) {
      throw new SameboxError(
        'TOO_LARGE',
        `${list.length - 1} attachments: the limit is ${this.limits.attachments}`,
      );
    }
    const lane = this.held.laneBefore(head);
    if (list.length > 0 && list.length - 1 !== inline.length) this.hold(head, body, list.slice(1), inline);
    else if (lane === undefined) this.deliver({ head, body, attachments: inline });
    else if (head[0] === KIND.error) this.overtake(lane, { head, body, attachments: inline });
    else this.hold(head, body, list.slice(1), inline);
  }

  private hold(
    head: Head,
    body: Buffer,
    refs: readonly AttachmentRef[],
    inline: readonly Uint8Array[],
  ): void {
    const weight = { arrivingBytes: 0, heldBytes: body.length, heldFrames: 1 };
    const frame = {
      head,
      body: Buffer.from(body),
      attachments: [] as Uint8Array[],
      missing: new Set<number>(),
      weight,
    };
    for (const { length } of inline) weight.heldBytes += length;
    let nextInline = 0;
    refs.forEach((ref, index) => {
      if (typeof ref === 'number') {
        frame.attachments.push(inline[nextInline++] as Uint8Array);
      } else if (ref.length === 2) {
        const [number, length] = ref;
        this.announce(number, { frame, index, length, bytes: undefined, received: 0 });
        frame.attachments.push(PLACEHOLDER);
        frame.missing.add(number);
        weight.arrivingBytes += length;
        weight.heldFrames++;
      } else {
        throw new SameboxError('PROTOCOL', 'a segment reference, but handoff was not agreed');
      }
    });
    this.held.add(frame);
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
    const { frame, index, bytes } = transfer;
    this.transfers.delete(number);
    frame.missing.delete(number);
    frame.attachments[index] = bytes as Uint8Array;
    if (frame.missing.size === 0) this.release(this.held.laneWith(frame));
  }

  /** Delivers what stands complete at the front of a lane. */
  private release(lane: Lane): void {
    for (let frame = lane.first; frame?.missing.size === 0; frame = lane.first) {
      this.held.remove(frame);
      const { head, body, attachments } = frame;
      this.deliver({ head, body, attachments });
    }
  }

  private drop(frame: HeldFrame): Lane {
    for (const number of frame.missing) this.transfers.delete(number);
    return this.held.remove(frame);
  }

  /** Delivers an error after what is complete in its lane; what isn't is dropped. */
  private overtake(lane: Lane, error: CompleteFrame): void {
    for (let frame = lane.first; frame !== undefined; frame = lane.first) this.release(this.drop(frame));
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
