// Large attachments on their way out: whose turn it is, in pieces, so that everything else passes between.
import { CHUNK_BYTES } from '../limits';

/** A piece of an attachment that is to be written next. The bytes belong to the attachment's owner until written. */
export interface OutgoingChunk {
  readonly transfer: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface OutgoingTransfer {
  readonly number: number;
  readonly owner: number;
  readonly bytes: Uint8Array;
  offset: number;
}

/** Outgoing transfers of one connection, served in turn. */
export class OutgoingTransfers {
  private turn: OutgoingTransfer[] = [];
  private last = 0;
  private left = 0;

  get size(): number {
    return this.turn.length;
  }

  /** The number given last: a mark for `revoke`. */
  get latest(): number {
    return this.last;
  }

  /** Bytes that have not left yet. */
  get bytes(): number {
    return this.left;
  }

  /** @param owner the call whose end drops the transfer: see `drop`. */
  add(bytes: Uint8Array, owner: number): number {
    this.turn.push({ number: ++this.last, owner, bytes, offset: 0 });
    this.left += bytes.length;
    return this.last;
  }

  /** Takes back what was added after `latest` was `mark`: its frame was not written, so nobody knows these numbers. */
  revoke(mark: number): void {
    if (this.last === mark) return;
    for (const { number, bytes } of this.turn) if (number > mark) this.left -= bytes.length;
    this.turn = this.turn.filter(({ number }) => number <= mark);
    this.last = mark;
  }

  /** The next piece, of the transfer whose turn it is. */
  next(): OutgoingChunk | undefined {
    const transfer = this.turn.shift();
    if (transfer === undefined) return undefined;
    const { number, bytes, offset } = transfer;
    const piece = bytes.subarray(offset, offset + CHUNK_BYTES);
    transfer.offset += piece.length;
    this.left -= piece.length;
    if (transfer.offset < bytes.length) this.turn.push(transfer);
    return { transfer: number, offset, bytes: piece };
  }

  /** Drops what its owner no longer wants; gives the numbers of the transfers that are cut off by it. */
  drop(owner: number): number[] {
    const dropped = this.turn.filter((transfer) => transfer.owner === owner);
    if (dropped.length > 0) this.turn = this.turn.filter((transfer) => transfer.owner !== owner);
    for (const { bytes, offset } of dropped) this.left -= bytes.length - offset;
    return dropped.map(({ number }) => number);
  }
}
