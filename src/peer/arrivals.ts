// Frames whose large attachments are still coming, and the frames that must not overtake them.
import { SameboxError } from '../errors';
import { attachmentsOf, FLAG, KIND, type AttachmentRef, type Head } from '../frames';
import type { Limits } from '../limits';

/** A frame with all of its attachments. */
export interface CompleteFrame {
  readonly head: Head;
  readonly body: Buffer;
  readonly attachments: readonly Uint8Array[];
}

interface HeldFrame {
  readonly head: Head;
  readonly body: Buffer;
  readonly attachments: Uint8Array[];
  missing: number;
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
  private readonly lanes = new Map<string, HeldFrame[]>();
  private readonly transfers = new Map<number, IncomingTransfer>();
  private announced = 0;
  private lastCall = 0;

  constructor(
    private readonly limits: Pick<Limits, 'arrivingBytes' | 'attachments'>,
    private readonly deliver: (frame: CompleteFrame) => void,
  ) {}

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
    if (list.length - 1 === inline.length || list.length === 0) {
      const lane = this.lanes.size === 0 ? undefined : this.heldBefore(head);
      if (lane === undefined) this.deliver({ head, body, attachments: inline });
      else if (head[0] === KIND.error) this.dropLane(laneOf(head), { head, body, attachments: inline });
      else lane.push({ head, body: Buffer.from(body), attachments: [...inline], missing: 0 });
    } else {
      this.hold(head, Buffer.from(body), list.slice(1), inline);
    }
  }

  /** The held frames that this one must not overtake: those of its lane; for a cancel, those of its call's. */
  private heldBefore(head: Head): HeldFrame[] | undefined {
    if (head[0] !== KIND.cancel) return this.lanes.get(laneOf(head));
    const isCall = ({ head: [kind, id] }: HeldFrame): boolean => kind === KIND.call && id === head[1];
    return [...this.lanes.values()].find((held) => held.some(isCall));
  }

  private hold(
    head: Head,
    body: Buffer,
    refs: readonly AttachmentRef[],
    inline: readonly Uint8Array[],
  ): void {
    const frame: HeldFrame = { head, body, attachments: [], missing: 0 };
    let nextInline = 0;
    refs.forEach((ref, index) => {
      if (typeof ref === 'number') {
        frame.attachments.push(inline[nextInline++] as Uint8Array);
      } else if (ref.length === 2) {
        this.announce(ref[0], { frame, index, length: ref[1], bytes: undefined, received: 0 });
        frame.attachments.push(PLACEHOLDER);
        frame.missing++;
      } else {
        throw new SameboxError('PROTOCOL', 'a segment reference, but handoff was not agreed');
      }
    });
    const lane = laneOf(head);
    const held = this.lanes.get(lane);
    if (held === undefined) this.lanes.set(lane, [frame]);
    else held.push(frame);
  }

  private announce(number: number, transfer: IncomingTransfer): void {
    this.announced += transfer.length;
    if (this.announced > this.limits.arrivingBytes) {
      throw new SameboxError(
        'TOO_LARGE',
        `attachments of ${this.announced} bytes announced: the limit is ${this.limits.arrivingBytes}`,
      );
    }
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
    if (aborted) return transfer === undefined ? undefined : this.drop(transfer.frame);
    if (transfer === undefined)
      throw new SameboxError('PROTOCOL', `a chunk of transfer ${number}, which is not under way`);
    transfer.received += length;
    if (transfer.received < transfer.length) return;
    this.forget(number, transfer);
    transfer.frame.attachments[transfer.index] = transfer.bytes as Uint8Array;
    if (--transfer.frame.missing === 0) this.release(laneOf(transfer.frame.head));
  }

  private forget(number: number, transfer: IncomingTransfer): void {
    this.transfers.delete(number);
    this.announced -= transfer.length;
  }

  /** Delivers what stands complete at the front of a lane. */
  private release(lane: string): void {
    const held = this.lanes.get(lane) ?? [];
    while (held[0]?.missing === 0) this.deliver(held.shift() as HeldFrame);
    if (held.length === 0) this.lanes.delete(lane);
  }

  private drop(frame: HeldFrame): void {
    for (const [number, transfer] of this.transfers)
      if (transfer.frame === frame) this.forget(number, transfer);
    const lane = laneOf(frame.head);
    const held = this.lanes.get(lane) ?? [];
    this.lanes.set(
      lane,
      held.filter((other) => other !== frame),
    );
    this.release(lane);
  }

  private dropLane(lane: string, last: CompleteFrame): void {
    for (const frame of [...(this.lanes.get(lane) ?? [])]) this.drop(frame);
    this.deliver(last);
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

/** Frames of one lane keep their order. */
function laneOf(head: Head): string {
  if (head[0] === KIND.call) return `to ${head[3]}`;
  return `${(head[2] & FLAG.yours) === 0 ? 'of' : 'for'} ${head[1]}`;
}
