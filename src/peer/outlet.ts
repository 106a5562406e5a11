// The writing edge of one connection: frames of one tick in one write, large attachments placed in segments or sent in chunks.
import { ByteWriter } from '../cbor/byte-writer';
import { SameboxError } from '../errors';
import type { EncodedBody } from '../frames/encoded-body';
import { broken, writeFrame, type BodyValue, type Placer } from '../frames/write-frame';
import { FLAG, KIND, type ChunkHead, type Head, type SegmentRef, type TransferRef } from '../frames/heads';
import type { Lender } from '../handoff/lender';
import { CHUNK_BYTES, DEFAULT_LIMITS, type StatedLimits } from '../limits';
import { LocalArray } from '../segments/local-array';
import { SEGMENT_BYTES } from '../segments/memory';
import type { ByteLine } from './byte-line';
import { OutgoingTransfers } from './outgoing-transfers';

/** What the owner of an outlet learns. */
export interface OutletEvents {
  /** Whether bytes still reach the other side. */
  readonly open: boolean;
  /** Bytes were handed to the line. */
  onFlushed(): void;
  /** The line has taken more. */
  onTaken(): void;
  /** An attachment can't be sent in full: somebody has taken its memory away. `owner` as in `send`. */
  onBroken(owner: number, reason: SameboxError): void;
}

/** Everything that one side of a connection sends. */
export class Outlet implements Placer {
  /** The other side's limits: the defaults until its hello or welcome came. */
  peerLimits: StatedLimits = DEFAULT_LIMITS;
  /** The way through shared memory; without it, all goes through the socket. */
  lender: Lender | undefined;
  private readonly writer = new ByteWriter();
  private readonly transfers = new OutgoingTransfers();
  /** Frames that came up while another one was being written, and must stand before it. */
  private ahead: Head[] = [];
  /** Whose the attachments of the frame are that is being written. */
  private owner = 0;
  private flushScheduled = false;
  /** Whether the event loop doesn't turn: what would wait for it goes in chunks. */
  blocking = false;
  private readonly flushAtTickEnd = (): void => this.flush();
  /**
   * Chunks are copied to these before the socket has them: who releases an array meanwhile would have it go on reading
   * freed memory, or write fewer bytes than were announced.
   */
  private readonly chunks: Buffer[] = [];
  private writing = false;

  constructor(
    /** What carries the bytes: the socket, until a lane takes its place. */
    private line: ByteLine,
    private readonly events: OutletEvents,
  ) {}

  /** Bytes that the line has and the other side hasn't taken. */
  get lineBytes(): number {
    return this.line.writableLength;
  }

  /** Bytes of frames that the other side hasn't taken. Large attachments don't count: they stay with their owners. */
  get frameBytes(): number {
    return this.writer.pending + this.line.writableLength;
  }

  /** Bytes that wait for the other side to read: frames, and what is left of attachments in chunks. */
  get pendingBytes(): number {
    return this.frameBytes + this.transfers.bytes;
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
      this.lender?.commit();
    } catch (error) {
      this.transfers.revoke(mark);
      this.lender?.undo();
      throw error;
    } finally {
      this.writing = false;
      if (this.ahead.length > 0) for (const late of this.before()) this.send(late);
    }
    if (!this.flushScheduled) {
      this.flushScheduled = true;
      process.nextTick(this.flushAtTickEnd);
    }
    return written;
  }

  /** Queues a frame that has to do with segments: before the one that is being written, if one is. */
  sendAhead(head: Head): void {
    if (this.writing) this.ahead.push(head);
    else this.send(head);
  }

  before(): readonly Head[] {
    return this.ahead.splice(0);
  }

  refer(bytes: Uint8Array): SegmentRef | undefined {
    return this.lender?.refer(bytes);
  }

  /** A segment at once, for what is copied quickly; else a transfer, which is placed later if it can be, or goes in chunks. */
  place(bytes: Uint8Array): SegmentRef | TransferRef {
    const there = this.lender?.place(bytes);
    if (there !== undefined) return there;
    const array = LocalArray.of(bytes.buffer);
    array?.pool.hold(array.segment);
    const number = this.transfers.add(bytes, this.owner, array && (() => array.pool.letGo(array.segment)));
    if (this.lender?.agreed === true && bytes.length <= SEGMENT_BYTES && !this.blocking)
      this.placeLater(bytes, number, this.lender);
    return [number, bytes.length];
  }

  private placeLater(bytes: Uint8Array, number: number, lender: Lender): void {
    const placing = lender.placeLater(bytes, (ref) => {
      if (ref === undefined) {
        this.transfers.notPlaced(number);
        this.pump();
      } else if (this.transfers.placed(number) && this.events.open) {
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

  /** Runs `then` when nothing is read any more of what `owner` sends now. */
  whenSent(owner: number, then: () => void): void {
    if (this.transfers.count === 0) then();
    else this.transfers.whenDone(owner, then);
  }

  /** Hands what is queued to the line. */
  flush(): void {
    this.flushScheduled = false;
    if (!this.events.open) return void this.writer.take();
    this.writeQueued();
    this.events.onFlushed();
    this.pump();
  }

  /**
   * What is sent from now on waits for `flush`, and not for the end of this tick: that may not come soon, or come late. False if
   * it will be flushed in any case.
   */
  hold(): boolean {
    const free = !this.flushScheduled;
    this.flushScheduled = true;
    return free;
  }

  /** Sends `last`, after which everything goes through another line. */
  switchTo(line: ByteLine, last: Head): void {
    this.send(last);
    this.writeQueued();
    this.line = line;
    this.pump();
  }

  private writeQueued(): void {
    const { line, writer } = this;
    if (line.writePart !== undefined) return writer.passTo(line.writePart);
    const pieces = writer.take();
    if (pieces.length === 1) line.write(pieces[0] as Buffer);
    else if (pieces.length > 1) {
      line.cork();
      for (const piece of pieces) line.write(piece);
      line.uncork();
    }
  }

  /** Writes chunks while the line takes them: two at most are under way, so that other frames pass between. */
  pump(): void {
    if (this.flushScheduled) return; // A frame must leave before its chunks; they follow its flush.
    const { transfers, line, events } = this;
    while (events.open && transfers.size > 0 && line.writableLength < 2 * CHUNK_BYTES) {
      const step = transfers.next();
      if (step === undefined) return;
      if ('gone' in step) {
        this.send([KIND.chunk, step.gone, FLAG.aborted, 0]);
        events.onBroken(step.owner, broken());
        continue;
      }
      line.cork();
      line.write(chunkPrefix([KIND.chunk, step.transfer, 0, step.offset], step.bytes.length));
      const { length } = step.bytes;
      const copy = this.chunks.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
      copy.set(step.bytes);
      line.write(copy.subarray(0, length), () => {
        if (transfers.size > 0) this.chunks.push(copy);
        else this.chunks.length = 0;
        transfers.written(step.transfer);
        events.onTaken();
      });
      line.uncork();
    }
  }

  /** Ends this direction, after what was sent. */
  close(): void {
    this.line.end();
  }

  /** The connection is gone: nothing is placed or written any more. */
  end(): void {
    this.transfers.end();
  }
}

const NO_LIMITS = { frameBytes: Infinity, headBytes: Infinity, attachments: 0 };
const NO_PLACER: Placer = { refer: () => undefined, place: () => [0, 0], before: () => [] };

/** What stands before the bytes of a chunk. */
function chunkPrefix(head: ChunkHead, length: number): Buffer {
  const writer = new ByteWriter(64);
  writeFrame(writer, head, undefined, NO_LIMITS, NO_PLACER);
  const prefix = Buffer.concat(writer.take());
  prefix.writeUInt32BE(prefix.length - 4 + length);
  return prefix;
}
