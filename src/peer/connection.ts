// The edge to one socket: bytes to frames and back, one write per tick, backpressure both ways.
import type { Socket } from 'node:net';
import { ByteWriter } from '../cbor';
import { SameboxError } from '../errors';
import { FrameDecoder, writeFrame, type BodyValue, type EncodedBody, type Placer } from '../frames';
import { FLAG, KIND, type ChunkHead, type Head, type SegmentRef, type TransferRef } from '../frames/heads';
import type { ConnectionHandoff } from '../handoff/connection-handoff';
import { CHUNK_BYTES, DEFAULT_LIMITS, GREETING_BYTES, type Limits, type StatedLimits } from '../limits';
import type { Lender } from '../handoff/lender';
import { LocalArray } from '../segments/local-array';
import { SEGMENT_BYTES } from '../segments/memory';
import { Arrivals, type CompleteFrame } from './arrivals';
import { connectionLost } from './endings';
import { goawayBody } from './goaway';
import { OutgoingTransfers } from './outgoing-transfers';

/** Who gets what comes. */
export interface ConnectionHandler {
  /** A frame; its body is valid during the call only. What it throws ends the connection, with the reason sent first. */
  onFrame(frame: CompleteFrame): void;
  /** The connection is gone. Called once, last. */
  onEnd(reason: SameboxError): void;
  /** The other side has read on: `congested` is false again. */
  onDrain?(): void;
  /** An attachment can't be sent in full: somebody has taken its memory away. `owner` as in `send`. */
  onBroken?(owner: number, reason: SameboxError): void;
}

/**
 * Which side of a socket this is. The side that accepted it stops reading while it is congested; the side that
 * connected always reads: if both stopped, both would wait for ever.
 */
export type ConnectionSide = 'accepted' | 'connected';

const FAREWELL_MS = 1000;

/** One socket that carries frames. */
export class Connection implements Placer {
  /** The other side's limits: the defaults until its hello or welcome came. */
  peerLimits: StatedLimits = DEFAULT_LIMITS;
  /** How large payloads go through shared memory; without it, all go through the socket. */
  handoff: ConnectionHandoff | undefined;
  /** Who gets what comes; the handshake first, then the peer. */
  handler!: ConnectionHandler;
  private readonly writer = new ByteWriter();
  private readonly transfers = new OutgoingTransfers();
  private readonly arrivals: Arrivals;
  private readonly frameLimits: { headBytes: number; frameBytes: number };
  private readonly decoder: FrameDecoder;
  /** Frames that came up while another one was being written, and must stand before it. */
  private ahead: Head[] = [];
  /** Whose the attachments of the frame are that is being written. */
  private owner = 0;
  private flushScheduled = false;
  private writing = false;
  private ending: SameboxError | undefined;
  private ended = false;

  constructor(
    readonly socket: Socket,
    /** How errors call this connection: the endpoint, or who is at the other end. */
    readonly name: string,
    private readonly limits: Limits = DEFAULT_LIMITS,
    private readonly side: ConnectionSide = 'connected',
  ) {
    const arrivals = new Arrivals(
      limits,
      (frame) => this.handler.onFrame(frame),
      (ref, loan) => this.agreedHandoff().borrower.borrow(ref, loan),
      (error) => this.end(SameboxError.from(error)),
    );
    this.arrivals = arrivals;
    let chunkLength = 0;
    this.frameLimits = { headBytes: limits.headBytes, frameBytes: limits.frameBytes };
    this.decoder = new FrameDecoder(this.frameLimits, {
      onFrame: (head, body, inline) => this.take(head, body, inline),
      chunkTarget: ([, transfer, flags, offset], length) => {
        chunkLength = length;
        if ((flags & FLAG.aborted) === 0) return arrivals.target(transfer, offset, length);
        if (length > 0) throw new SameboxError('PROTOCOL', 'a chunk that is aborted and has bytes');
        return NOTHING;
      },
      onChunk: ([, transfer, flags]) =>
        arrivals.received(transfer, chunkLength, (flags & FLAG.aborted) !== 0),
    });
    socket.setNoDelay?.(true);
    socket.on('data', (piece: Buffer) => this.read(piece));
    socket.on('drain', () => this.onDrain());
    socket.on('error', (error) => (this.ending ??= connectionLost(name, error)));
    socket.on('close', () => this.finish());
  }

  /** Takes no more than a greeting, until `greeted`. */
  expectGreeting(): void {
    this.frameLimits.frameBytes = Math.min(GREETING_BYTES, this.limits.frameBytes);
  }

  /** Hello and welcome have passed. */
  greeted(): void {
    this.frameLimits.frameBytes = this.limits.frameBytes;
  }

  /** Whether frames can still be sent. */
  get open(): boolean {
    return this.ending === undefined && !this.ended;
  }

  /** Bytes written that the other side hasn't taken. */
  get pendingBytes(): number {
    return this.writer.pending + this.socket.writableLength + this.transfers.bytes;
  }

  /** Whether more would go over the limit `pendingBytes`. Large attachments don't count: they stay with their owners. */
  get full(): boolean {
    return this.writer.pending + this.socket.writableLength > this.limits.pendingBytes;
  }

  /** Whether so much waits for the other side to read that nothing more should be begun for it. */
  get congested(): boolean {
    return this.pendingBytes > this.limits.pendingHighWater;
  }

  /**
   * Queues a frame; all of one tick leave in one write.
   * @param owner whose the frame's large attachments are, see `dropTransfers`: a call's id, negative for its answer.
   * @throws SameboxError `UNENCODABLE`, `TOO_LARGE`: nothing was queued then.
   */
  send(head: Head, body?: BodyValue | EncodedBody, owner = 0): EncodedBody {
    if (this.writing)
      throw new SameboxError('UNENCODABLE', 'a getter of a value that is being sent sends something itself');
    const mark = this.transfers.latest;
    this.writing = true;
    this.owner = owner;
    let written: EncodedBody;
    try {
      written = writeFrame(this.writer, head, body, this.peerLimits, this);
      this.handoff?.lender.commit();
    } catch (error) {
      this.transfers.revoke(mark);
      this.handoff?.lender.undo();
      throw error;
    } finally {
      this.writing = false;
      if (this.ahead.length > 0) for (const late of this.before()) this.send(late);
    }
    if (!this.flushScheduled) {
      this.flushScheduled = true;
      process.nextTick(() => this.flush());
    }
    return written;
  }

  /** Queues a frame that has to do with segments: before the one that is being written, if one is. */
  sendAhead(head: Head, body?: BodyValue): void {
    if (!this.open) return;
    if (this.writing) this.ahead.push(head);
    else this.send(head, body);
  }

  before(): readonly Head[] {
    return this.ahead.splice(0);
  }

  refer(bytes: Uint8Array): SegmentRef | undefined {
    return this.handoff?.lender.refer(bytes);
  }

  /** A segment at once, for what is copied quickly; else a transfer, which is placed later if it can be, or goes in chunks. */
  place(bytes: Uint8Array): SegmentRef | TransferRef {
    const lender = this.handoff?.lender;
    const there = lender?.place(bytes);
    if (there !== undefined) return there;
    const array = LocalArray.of(bytes.buffer);
    array?.pool.hold(array.segment);
    const number = this.transfers.add(bytes, this.owner, array && (() => array.pool.letGo(array.segment)));
    if (lender?.agreed === true && bytes.length <= SEGMENT_BYTES) this.placeLater(bytes, number, lender);
    return [number, bytes.length];
  }

  private placeLater(bytes: Uint8Array, number: number, lender: Lender): void {
    const placing = lender.placeLater(bytes, (ref) => {
      if (ref === undefined) {
        this.transfers.notPlaced(number);
        this.pump();
      } else if (this.transfers.placed(number) && this.open) {
        const [segment, generation, offset] = ref;
        this.send([KIND.place, number, 0, segment, generation, offset]);
      } else lender.withdrawReference(ref);
    });
    this.transfers.placing(number, () => placing.cancel());
  }

  /** Stops sending attachments that nobody waits for any more. Returns whether some had not left in full. */
  dropTransfers(owner: number): boolean {
    const numbers = this.transfers.count === 0 ? [] : this.transfers.drop(owner);
    for (const number of numbers) this.send([KIND.chunk, number, FLAG.aborted, 0]);
    return numbers.length > 0;
  }

  /** Runs `then` when nothing is read any more of what `owner` sends. */
  whenSent(owner: number, then: () => void): void {
    if (this.transfers.count === 0) then();
    else this.transfers.whenDone(owner, then);
  }

  /** Ends in order: tells the other side why, sends what is queued, and closes. */
  end(reason: SameboxError): void {
    if (!this.open) return;
    this.send([KIND.goaway, this.arrivals.nextCall, 0, reason.code], goawayBody(reason));
    this.flush();
    this.ending = reason;
    this.socket.end();
    const timer = setTimeout(() => this.socket.destroy(), FAREWELL_MS).unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  /** Ends at once. */
  destroy(reason: SameboxError): void {
    this.ending ??= reason;
    this.socket.destroy();
  }

  private take(head: Head, body: Buffer, inline: readonly Uint8Array[]): void {
    switch (head[0]) {
      case KIND.grant:
        return this.agreedHandoff().borrower.onGrant(head);
      case KIND.release: {
        const { lender, borrower } = this.agreedHandoff();
        return (head[2] & FLAG.yours) !== 0 ? lender.onRelease(head) : borrower.onWithdraw(head);
      }
      case KIND.place:
        return this.arrivals.place(head);
      default:
        this.arrivals.take(head, body, inline);
    }
  }

  private agreedHandoff(): ConnectionHandoff {
    if (this.handoff === undefined)
      throw new SameboxError('PROTOCOL', 'a frame that has to do with segments, but handoff was not agreed');
    return this.handoff;
  }

  private read(piece: Buffer): void {
    if (!this.open) return;
    try {
      this.decoder.push(piece);
    } catch (error) {
      this.end(SameboxError.from(error));
    }
    if (this.congested && this.side === 'accepted') this.socket.pause();
  }

  private flush(): void {
    this.flushScheduled = false;
    const pieces = this.writer.take();
    if (!this.open) return;
    if (pieces.length === 1) this.socket.write(pieces[0] as Buffer);
    else if (pieces.length > 1) {
      this.socket.cork();
      for (const piece of pieces) this.socket.write(piece);
      this.socket.uncork();
    }
    // The side that connected refuses calls of its own before; what is left to go over are answers and pongs.
    if (this.socket.writableLength > this.limits.pendingBytes * (this.side === 'accepted' ? 1 : 2)) {
      this.destroy(
        new SameboxError('CONNECTION_LOST', `${this.name}: the other side does not read (pendingBytes)`),
      );
    }
    this.pump();
  }

  /** Writes chunks while the socket takes them: two at most are under way, so that other frames pass between. */
  private pump(): void {
    if (this.flushScheduled) return; // A frame must leave before its chunks; they follow its flush.
    while (this.open && this.transfers.size > 0 && this.socket.writableLength < 2 * CHUNK_BYTES) {
      const chunk = this.transfers.next();
      if (chunk === undefined) return;
      if ('gone' in chunk) {
        this.send([KIND.chunk, chunk.gone, FLAG.aborted, 0]);
        this.handler.onBroken?.(chunk.owner, broken());
        continue;
      }
      const head: ChunkHead = [KIND.chunk, chunk.transfer, 0, chunk.offset];
      this.socket.cork();
      this.socket.write(chunkPrefix(head, chunk.bytes.length));
      this.socket.write(chunk.bytes, () => {
        this.transfers.written(chunk.transfer);
        this.onDrain();
      });
      this.socket.uncork();
    }
  }

  private onDrain(): void {
    this.pump();
    if (this.congested || !this.open) return;
    if (this.socket.isPaused()) this.socket.resume();
    this.handler.onDrain?.();
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.transfers.end();
    this.arrivals.end();
    this.handoff?.end();
    this.handler.onEnd(this.ending ?? connectionLost(this.name));
  }
}

const NOTHING = new Uint8Array(0);
const NO_LIMITS = { frameBytes: Infinity, headBytes: Infinity, attachments: 0 };
const NO_PLACER: Placer = { refer: () => undefined, place: () => [0, 0], before: () => [] };

function broken(): SameboxError {
  return new SameboxError(
    'UNENCODABLE',
    'an array was released, or its memory moved elsewhere, while it was being sent: leave it alone until the call has settled',
  );
}

/** What stands before the bytes of a chunk, which are written from where they lie. */
function chunkPrefix(head: ChunkHead, length: number): Buffer {
  const writer = new ByteWriter(64);
  writeFrame(writer, head, undefined, NO_LIMITS, NO_PLACER);
  const prefix = Buffer.concat(writer.take());
  prefix.writeUInt32BE(prefix.length - 4 + length);
  return prefix;
}
