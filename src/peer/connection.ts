// The edge to one socket, or its lane: what is read becomes frames, what is sent goes to its outlet, and its end is told once.
import type { Socket } from 'node:net';
import { SameboxError } from '../errors';
import { FrameDecoder, type BodyValue, type EncodedBody } from '../frames';
import { FLAG, KIND, type Head, type SwitchHead } from '../frames/heads';
import type { ConnectionHandoff } from '../handoff/connection-handoff';
import type { Chores } from '../lane/block-until';
import type { LaneLoop } from '../lane/lane-line';
import type { HotLoop } from '../latency/hot-loop';
import type { Latency } from '../latency/latency';
import type * as Lane from '../lane/lane-switch';
import { DEFAULT_LIMITS, GREETING_BYTES, type Limits, type StatedLimits } from '../limits';
import { Arrivals, type CompleteFrame } from './arrivals';
import { connectionLost } from './endings';
import { goawayBody } from './goaway';
import type { ByteLine } from './byte-line';
import type { Weight } from './held-frames';
import { Outlet } from './outlet';
import { read } from './reads';

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

/** One socket that carries frames, by itself or through a lane. */
export class Connection implements Lane.LaneCarrier {
  /** Who gets what comes; the handshake first, then the peer. */
  handler!: ConnectionHandler;
  /** What is kept awake by what comes and goes, where both sides have agreed on that. */
  hot: HotLoop | undefined;
  private readonly outlet: Outlet;
  private readonly arrivals: Arrivals;
  private readonly frameLimits: { headBytes: number; frameBytes: number };
  private readonly decoder: FrameDecoder;
  private throughMemory: ConnectionHandoff | undefined;
  private laneSwitch: Lane.LaneSwitch | undefined;
  /** Whether what comes comes through the lane: on the socket, the other side only rings. */
  private bells = false;
  /** Whether frames are being handled. */
  private reading = false;
  private ending: SameboxError | undefined;
  private ended = false;

  constructor(
    readonly socket: Socket,
    /** How errors call this connection: the endpoint, or who is at the other end. */
    readonly name: string,
    private readonly limits: Limits = DEFAULT_LIMITS,
    readonly side: ConnectionSide = 'connected',
  ) {
    this.outlet = new Outlet(socket, this);
    this.arrivals = new Arrivals(
      limits,
      (frame) => this.handler.onFrame(frame),
      (ref, loan) => this.agreedHandoff().borrow(ref, loan),
      (error) => this.end(SameboxError.from(error)),
    );
    this.frameLimits = { headBytes: limits.headBytes, frameBytes: limits.frameBytes };
    this.decoder = this.decoderTo(this.arrivals);
    socket.setNoDelay?.(true);
    read(socket, (piece, length) => this.fromSocket(piece, length));
    socket.on('drain', () => this.onTaken());
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

  /** The other side's limits: the defaults until its hello or welcome came. */
  get peerLimits(): StatedLimits {
    return this.outlet.peerLimits;
  }

  set peerLimits(limits: StatedLimits) {
    this.outlet.peerLimits = limits;
  }

  /** How large payloads go through shared memory; without it, all go through the socket. */
  get handoff(): ConnectionHandoff | undefined {
    return this.throughMemory;
  }

  set handoff(handoff: ConnectionHandoff | undefined) {
    this.throughMemory = handoff;
    this.outlet.lender = handoff?.lender;
  }

  /** What was agreed. */
  get latency(): Latency {
    if (this.laneSwitch !== undefined && this.laneSwitch.refusal === undefined) return 'lane';
    return this.hot === undefined ? 'normal' : 'low';
  }

  /** Its way to a lane, if one is wanted. */
  get lane(): Lane.LaneSwitch | undefined {
    return this.laneSwitch;
  }

  /** Wants a lane. @param pid of the process at the other end, where the kernel has said so. */
  wantLane(loop: LaneLoop, pid: number | undefined): Lane.LaneSwitch {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- most connections never want one
    const { LaneSwitch } = require('../lane/lane-switch') as typeof Lane;
    return (this.laneSwitch = new LaneSwitch(this, loop, pid));
  }

  /**
   * Does `begin`, and then reads and writes on this thread, without the event loop, until `done` or the connection is lost.
   * @throws TypeError without a lane, or while a frame is being handled.
   */
  blockUntil({ begin, done, tick }: { begin: () => void } & Omit<Chores, 'flush'>): void {
    const line = this.latency === 'lane' ? this.laneSwitch?.line : undefined;
    if (line === undefined) throw new TypeError('only a lane can be waited for in this way');
    if (this.reading) throw new TypeError('callSync is not for what is called while a frame is handled');
    const { outlet } = this;
    const flush = (): void => {
      outlet.flush();
      outlet.hold();
    };
    outlet.hold();
    outlet.blocking = true;
    try {
      begin();
      flush();
      line.until({ done: () => done() || !this.open, flush, tick });
    } finally {
      outlet.blocking = false;
      outlet.flush();
    }
  }

  /** How it has ended, or will when the event loop hears of it. */
  get lost(): SameboxError {
    return this.ending ?? connectionLost(this.name);
  }

  /** Bytes written that the other side hasn't taken. */
  get pendingBytes(): number {
    return this.outlet.pendingBytes;
  }

  /** Frames that came and wait for attachments. */
  get waiting(): Weight {
    return this.arrivals.waiting;
  }

  /** Whether more would go over the limit `pendingBytes`. */
  get full(): boolean {
    return this.outlet.frameBytes > this.limits.pendingBytes;
  }

  /** Whether so much waits for the other side to read that nothing more should be begun for it. */
  get congested(): boolean {
    return this.pendingBytes > this.limits.pendingHighWater;
  }

  /** See `Outlet.send`. */
  send(head: Head, body?: BodyValue | EncodedBody, owner = 0): EncodedBody {
    return this.outlet.send(head, body, owner);
  }

  /** See `Outlet.sendAhead`. Nothing, once the connection is gone. */
  sendAhead(head: Head): void {
    if (this.open) this.outlet.sendAhead(head);
  }

  /** See `Outlet.dropTransfers`. */
  dropTransfers(owner: number): boolean {
    return this.outlet.dropTransfers(owner);
  }

  /** See `Outlet.whenSent`. */
  whenSent(owner: number, then: () => void): void {
    this.outlet.whenSent(owner, then);
  }

  /** Ends in order: tells the other side why, sends what is queued, and closes. */
  end(reason: SameboxError): void {
    if (!this.open) return;
    this.send([KIND.goaway, this.arrivals.nextCall, 0, reason.code], goawayBody(reason));
    this.outlet.flush();
    this.ending = reason;
    this.outlet.close();
    const timer = setTimeout(() => this.socket.destroy(), FAREWELL_MS).unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  /** Ends at once. */
  destroy(reason: SameboxError): void {
    this.ending ??= reason;
    this.socket.destroy();
  }

  onFlushed(): void {
    this.hot?.activity();
    // The side that connected refuses calls of its own before; what is left to go over are answers and pongs.
    if (this.outlet.lineBytes <= this.limits.pendingBytes * (this.side === 'accepted' ? 1 : 2)) return;
    this.destroy(
      new SameboxError('CONNECTION_LOST', `${this.name}: the other side does not read (pendingBytes)`),
    );
  }

  onTaken(): void {
    this.outlet.pump();
    if (this.congested || !this.open) return;
    if (this.source.isPaused()) this.source.resume();
    this.handler.onDrain?.();
  }

  onBroken(owner: number, reason: SameboxError): void {
    this.handler.onBroken?.(owner, reason);
  }

  private decoderTo(arrivals: Arrivals): FrameDecoder {
    let chunkLength = 0;
    return new FrameDecoder(this.frameLimits, {
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
  }

  /** Where what comes can be stopped. */
  private get source(): Pick<ByteLine, 'isPaused' | 'pause' | 'resume'> {
    return (this.bells ? this.laneSwitch?.line : undefined) ?? this.socket;
  }

  private fromSocket(piece: Buffer, length: number): void {
    const taken = this.bells ? 0 : this.onData(piece, length);
    // Also while it ends: the other side has made room for what is left.
    if (this.bells && !this.ended) this.onBells(piece, taken, length);
  }

  /** Returns how far it was read. */
  onData(piece: Buffer, length: number): number {
    if (!this.open) return length;
    this.hot?.activity();
    let taken = length;
    // A lane takes answers for less than the end of a tick costs.
    const held = this.bells && this.outlet.hold();
    this.reading = true;
    try {
      taken = this.decoder.push(piece, length);
    } catch (error) {
      this.end(SameboxError.from(error));
    }
    this.reading = false;
    if (held) this.outlet.flush();
    if (this.congested && this.side === 'accepted') this.source.pause();
    return taken;
  }

  private onBells(piece: Buffer, from: number, length: number): void {
    for (let at = from; at < length; at++)
      if (piece[at] !== 0) return this.end(new SameboxError('PROTOCOL', 'more than bells beside a lane'));
    if (from < length) this.laneSwitch?.line?.rung();
  }

  onFault(error: SameboxError, canSend: boolean): void {
    if (canSend) this.end(error);
    else this.destroy(error);
  }

  switchTo(line: ByteLine, last: SwitchHead): void {
    this.outlet.switchTo(line, last);
  }

  expectBells(): void {
    this.bells = true;
    this.decoder.stop();
  }

  private take(head: Head, body: Buffer, inline: readonly Uint8Array[]): void {
    switch (head[0]) {
      case KIND.grant:
        return this.agreedHandoff().onGrant(head);
      case KIND.release:
        return this.agreedHandoff().onRelease(head);
      case KIND.place:
        return this.arrivals.place(head);
      case KIND.lane:
        return this.agreedLane().onLane(head);
      case KIND.switch:
        return this.agreedLane().onSwitch(head);
      default:
        this.arrivals.take(head, body, inline);
    }
  }

  private agreedHandoff(): ConnectionHandoff {
    if (this.throughMemory === undefined)
      throw new SameboxError('PROTOCOL', 'a frame that has to do with segments, but handoff was not agreed');
    return this.throughMemory;
  }

  private agreedLane(): Lane.LaneSwitch {
    if (this.laneSwitch === undefined)
      throw new SameboxError('PROTOCOL', 'a frame that has to do with a lane, but none was agreed');
    return this.laneSwitch;
  }

  private finish(): void {
    if (this.ended) return;
    this.laneSwitch?.close(); // The other side's last words may lie there.
    this.ended = true;
    this.outlet.end();
    this.arrivals.end();
    this.throughMemory?.end();
    this.handler.onEnd(this.lost);
  }
}

const NOTHING = new Uint8Array(0);
