// How a connection comes to its lane: the daemon offers one, the client maps it, and each side says when it changes over.
import type { Socket } from 'node:net';
import { SameboxError } from '../errors';
import { KIND, type LaneHead, type SwitchHead } from '../frames/heads';
import type { ByteLine } from '../peer/byte-line';
import type { OwnSegment, SegmentMaker, SegmentMemory } from '../segments/memory';
import { openSegment } from '../segments/segment-ways';
import { blockingOf } from './blocking';
import { isRingSize, LANE_BYTES, laneEnds, laneSegmentBytes } from './lane';
import { LaneLine, type LaneEvents, type LaneLoop } from './lane-line';

/** What a connection does for its lane. */
export interface LaneCarrier extends LaneEvents {
  readonly socket: Socket;
  readonly side: 'accepted' | 'connected';
  /** Sends a frame. */
  send(head: LaneHead | SwitchHead): unknown;
  /** Sends a frame, the last on the socket: what follows it goes through `line`. */
  switchTo(line: ByteLine, last: SwitchHead): void;
  /** Nothing but bells comes on the socket from here on. */
  expectBells(): void;
}

/** The lane of one connection, from its agreement on. */
export class LaneSwitch {
  line: LaneLine | undefined;
  /** Resolves when it is known how this side's frames and the other's go. */
  readonly settled: Promise<void>;
  /** Why frames go through the socket; `undefined` once they don't. */
  refusal: string | undefined = 'not agreed yet';
  private step: 'begun' | 'offered' | 'over' = 'begun';
  private settle!: () => void;

  /** @param pid the process at the other end, where the kernel has said so: it must be the segment's owner. */
  constructor(
    private readonly carrier: LaneCarrier,
    private readonly loop: LaneLoop,
    private readonly pid: number | undefined,
  ) {
    this.settled = new Promise((resolve) => (this.settle = resolve));
  }

  /** It will not come to a lane. */
  refuse(reason: string): void {
    if (this.step === 'over') return;
    this.step = 'over';
    this.refusal = reason;
    this.settle();
  }

  /**
   * The daemon's first step, once it is known whether the client reads its memory.
   * @param refusal why it doesn't.
   */
  offer(maker: SegmentMaker | { readonly unavailable: string }, refusal: string | undefined): void {
    if (this.step !== 'begun') return;
    const made = refusal ?? this.make(maker);
    if (typeof made === 'string') {
      this.carrier.send([KIND.lane, 0, 0, 0, made]);
      return this.refuse(made);
    }
    this.step = 'offered';
    this.open(made, made.grant, LANE_BYTES, () => made.remove());
    this.carrier.send([KIND.lane, 0, 0, LANE_BYTES, made.grant]);
  }

  /** A segment for the lane, or why there is none. */
  private make(maker: SegmentMaker | { readonly unavailable: string }): OwnSegment | string {
    if ('unavailable' in maker) return maker.unavailable;
    if (maker.way === 'file') return 'a file of shared memory could be cut by the other side';
    try {
      const segment = maker.create(laneSegmentBytes(LANE_BYTES));
      if (segment instanceof Promise) throw new TypeError('a small segment is made at once');
      return segment;
    } catch (error) {
      return SameboxError.from(error).message;
    }
  }

  /** The client's step: it maps the lane and changes over, or says why it can't. @throws SameboxError `PROTOCOL` */
  onLane([, , , bytes, way]: LaneHead): void {
    if (this.carrier.side !== 'connected' || this.step !== 'begun') throw misplaced('a lane is offered');
    if (bytes === 0) return this.refuse(way);
    if (!isRingSize(bytes)) throw misplaced(`a lane of ${bytes} bytes is offered`);
    try {
      const memory = this.map(way, bytes);
      this.step = 'offered';
      this.changeOver(this.open(memory, way, bytes, () => memory.unmap()));
    } catch (error) {
      const { message } = SameboxError.from(error);
      this.carrier.send([KIND.switch, 0, 0, message]);
      this.refuse(message);
    }
  }

  private map(way: string, bytes: number): SegmentMemory {
    const options = { bytes: laneSegmentBytes(bytes), pid: this.pid, trusted: true, writes: 'both' } as const;
    const opened = openSegment(way, options);
    if ('view' in opened && opened.way !== 'file') return opened;
    if ('view' in opened) opened.unmap();
    else opened.close();
    throw new SameboxError('DENIED', 'a lane in a file is not taken');
  }

  /** The other side has changed over, or says why it doesn't. @throws SameboxError `PROTOCOL` */
  onSwitch([, , , reason]: SwitchHead): void {
    const { line } = this;
    if (this.step !== 'offered' || line === undefined) throw misplaced('a lane is changed to');
    if (reason !== '') {
      if (this.carrier.side === 'connected') throw misplaced('a lane is refused');
      this.line = undefined;
      line.close();
      return this.refuse(reason);
    }
    this.step = 'over';
    this.carrier.expectBells();
    if (this.carrier.side === 'accepted') this.changeOver(line);
    line.listen();
    this.refusal = undefined;
    this.settle();
  }

  /** The socket is closed. */
  close(): void {
    this.line?.close();
    this.refuse('the connection is gone');
  }

  private open(memory: SegmentMemory, grant: string, bytes: number, release: () => void): LaneLine {
    const { carrier, loop } = this;
    const blocking = blockingOf(grant, carrier.side);
    return (this.line = new LaneLine(
      laneEnds(memory, bytes, carrier.side),
      carrier.socket,
      loop,
      blocking,
      carrier,
      () => {
        blocking.close();
        release();
      },
    ));
  }

  private changeOver(line: LaneLine): void {
    this.carrier.switchTo(line, [KIND.switch, 0, 0, '']);
  }
}

function misplaced(what: string): SameboxError {
  return new SameboxError('PROTOCOL', `${what} at this point`);
}
