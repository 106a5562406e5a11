// Large attachments on their way out: whose turn it is, in pieces, so that everything else passes between.
import { CHUNK_BYTES } from '../limits';

/** A piece of an attachment that is to be written next. The bytes belong to the attachment's owner until written. */
export interface OutgoingChunk {
  readonly transfer: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What is to be done next: write a piece, or give a transfer up whose memory somebody has taken away. */
export type NextStep = OutgoingChunk | { readonly gone: number; readonly owner: number };

interface OutgoingTransfer {
  readonly number: number;
  readonly owner: number;
  readonly bytes: Uint8Array;
  readonly length: number;
  offset: number;
  /** Pieces that are being written. */
  writing: number;
  /** Whether it may be placed in a segment: until that is known, it has no turn. `stop` ends the attempt. */
  stop: (() => void) | undefined;
  readonly done: (() => void) | undefined;
}

/** Outgoing transfers of one connection, served in turn. */
export class OutgoingTransfers {
  private readonly all = new Map<number, OutgoingTransfer>();
  /** Those that go in chunks, in the order of their turns. */
  private turn: OutgoingTransfer[] = [];
  private readonly waiting = new Set<{ readonly left: Set<OutgoingTransfer>; readonly then: () => void }>();
  private last = 0;
  private left = 0;

  /** Transfers that have chunks to write. */
  get size(): number {
    return this.turn.length;
  }

  /** All transfers of which something is still read. */
  get count(): number {
    return this.all.size;
  }

  /** The number given last: a mark for `revoke`. */
  get latest(): number {
    return this.last;
  }

  /** Bytes of chunks that have not left yet. */
  get bytes(): number {
    return this.left;
  }

  /**
   * @param owner the call whose end drops the transfer: see `drop`.
   * @param done runs when nothing reads the bytes any more, however it ends.
   */
  add(bytes: Uint8Array, owner: number, done?: () => void): number {
    const number = ++this.last;
    const { length } = bytes;
    const transfer = { number, owner, bytes, length, offset: 0, writing: 0, stop: undefined, done };
    this.all.set(number, transfer);
    this.enter(transfer);
    return number;
  }

  /** Takes a transfer out of the turn while it is being placed; `stop` ends that when the transfer is dropped. */
  placing(number: number, stop: () => void): void {
    const transfer = this.all.get(number) as OutgoingTransfer;
    this.leave(transfer);
    transfer.stop = stop;
  }

  /** It was placed: false if it was dropped meanwhile. */
  placed(number: number): boolean {
    const transfer = this.all.get(number);
    if (transfer?.stop === undefined) return false;
    transfer.stop = undefined;
    this.settle(transfer);
    return true;
  }

  /** It can't be placed: it goes in chunks. */
  notPlaced(number: number): void {
    const transfer = this.all.get(number);
    if (transfer?.stop === undefined) return;
    transfer.stop = undefined;
    this.enter(transfer);
  }

  /** Takes back what was added after `latest` was `mark`: its frame was not written, so nobody knows these numbers. */
  revoke(mark: number): void {
    for (let number = this.last; number > mark; number--) this.cut(this.all.get(number) as OutgoingTransfer);
    this.last = mark;
  }

  /** The next step, of the transfer whose turn it is. */
  next(): NextStep | undefined {
    const transfer = this.turn[0];
    if (transfer === undefined) return undefined;
    const { number, owner, bytes, length, offset } = transfer;
    if (bytes.length !== length) {
      this.cut(transfer);
      return { gone: number, owner };
    }
    this.turn.shift();
    const piece = bytes.subarray(offset, offset + CHUNK_BYTES);
    transfer.offset += piece.length;
    transfer.writing++;
    this.left -= piece.length;
    if (transfer.offset < length) this.turn.push(transfer);
    return { transfer: number, offset, bytes: piece };
  }

  /** A piece that `next` gave has been written. */
  written(number: number): void {
    const transfer = this.all.get(number);
    if (transfer === undefined || --transfer.writing > 0) return;
    if (transfer.offset === transfer.length) this.settle(transfer);
  }

  /** Drops what its owner no longer wants; gives the numbers of the transfers that are cut off by it. */
  drop(owner: number): number[] {
    const dropped = [...this.all.values()].filter(
      (transfer) => transfer.owner === owner && !isSent(transfer),
    );
    for (const transfer of dropped) this.cut(transfer);
    return dropped.map(({ number }) => number);
  }

  /** Runs `then` when nothing reads the bytes of those transfers any more that `owner` has now: at once, if there are none. */
  whenDone(owner: number, then: () => void): void {
    const left = new Set([...this.all.values()].filter((transfer) => transfer.owner === owner));
    if (left.size === 0) then();
    else this.waiting.add({ left, then });
  }

  /** The connection is gone: nothing is placed or written any more. */
  end(): void {
    for (const transfer of this.all.values()) this.cut(transfer);
  }

  private enter(transfer: OutgoingTransfer): void {
    this.turn.push(transfer);
    this.left += transfer.length - transfer.offset;
  }

  private leave(transfer: OutgoingTransfer): void {
    const at = this.turn.indexOf(transfer);
    if (at < 0) return;
    this.turn.splice(at, 1);
    this.left -= transfer.length - transfer.offset;
  }

  /** Ends a transfer before it was sent in full. Pieces that are being written are still read. */
  private cut(transfer: OutgoingTransfer): void {
    this.leave(transfer);
    transfer.stop?.();
    transfer.stop = undefined;
    transfer.offset = transfer.length;
    if (transfer.writing === 0) this.settle(transfer);
  }

  private settle(transfer: OutgoingTransfer): void {
    this.all.delete(transfer.number);
    transfer.done?.();
    for (const waiting of this.waiting) {
      if (!waiting.left.delete(transfer) || waiting.left.size > 0) continue;
      this.waiting.delete(waiting);
      waiting.then();
    }
  }
}

function isSent({ offset, length, stop }: OutgoingTransfer): boolean {
  return stop === undefined && offset === length;
}
