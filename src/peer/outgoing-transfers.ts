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

  get size(): number {
    return this.turn.length;
  }

  /** @param owner the call whose end drops the transfer: see `drop`. */
  add(bytes: Uint8Array, owner: number): number {
    this.turn.push({ number: ++this.last, owner, bytes, offset: 0 });
    return this.last;
  }

  /** The next piece, of the transfer whose turn it is. */
  next(): OutgoingChunk | undefined {
    const transfer = this.turn.shift();
    if (transfer === undefined) return undefined;
    const { number, bytes, offset } = transfer;
    const piece = bytes.subarray(offset, offset + CHUNK_BYTES);
    transfer.offset += piece.length;
    if (transfer.offset < bytes.length) this.turn.push(transfer);
    return { transfer: number, offset, bytes: piece };
  }

  /** Drops what its owner no longer wants; gives the numbers of the transfers that are cut off by it. */
  drop(owner: number): number[] {
    const dropped = this.turn.filter((transfer) => transfer.owner === owner);
    if (dropped.length > 0) this.turn = this.turn.filter((transfer) => transfer.owner !== owner);
    return dropped.map(({ number }) => number);
  }
}
