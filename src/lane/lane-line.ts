// A lane as the line of a connection: frames go through the rings; the socket wakes who sleeps, and tells the end.
import type { Socket } from 'node:net';
import { SameboxError } from '../errors';
import type { HotLoop, HotSource } from '../latency/hot-loop';
import type { ByteLine } from '../peer/byte-line';
import { blockUntil, type Chores } from './block-until';
import type { Blocking } from './blocking';
import type { LaneEnds } from './lane';
import { REST } from './ring';
import { RingQueue } from './ring-queue';

/** Who gets what comes. */
export interface LaneEvents {
  /** The first `length` bytes of `piece` came; they are valid during the call only. */
  onData(piece: Buffer, length: number): void;
  /** The other side has taken something of what waited. */
  onTaken(): void;
  /**
   * The other side has written nonsense into the control words: the lane can't go on.
   * @param canSend whether it may still be told why.
   */
  onFault(error: SameboxError, canSend: boolean): void;
}

/** The event loop that looks at the lane while it is hot. */
export type LaneLoop = Pick<HotLoop, 'activity' | 'add' | 'remove'>;

/** What wakes the other side's event loop, written to the socket: one zero. */
const BELL = Buffer.alloc(1);
/** Bells that wait in the socket at most: who reads it has one, or two. */
const MOST_BELLS = 64;
const PIECE_BYTES = 64 * 1024;

/** One side of a lane. Its two directions begin each by itself: writing when it is made, reading with `listen`. */
export class LaneLine implements ByteLine, HotSource {
  private readonly queue: RingQueue;
  private readonly piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  private readonly inRest: Int32Array;
  private readonly outRest: Int32Array;
  private listening = false;
  private paused = false;
  private corked = false;
  /** Whether this thread does without its event loop. */
  private attending = false;
  /** Whether the other side has been told that this event loop sleeps. */
  private resting = false;
  /** Bells since the socket had nothing left to write. */
  private bells = 0;
  private ending = false;
  /** Nothing of the memory is touched any more. */
  private over = false;

  constructor(
    private readonly ends: LaneEnds,
    private readonly socket: Socket,
    private readonly loop: LaneLoop,
    private readonly blocking: Blocking,
    private readonly events: LaneEvents,
    /** Gives the memory up. */
    private readonly release: () => void,
  ) {
    this.queue = new RingQueue(ends.out, (run) => process.nextTick(run));
    this.inRest = ends.in.restWord;
    this.outRest = ends.out.restWord;
    blocking.hear?.(() => this.rung());
    loop.add(this);
  }

  get writableLength(): number {
    return this.queue.bytes + this.socket.writableLength;
  }

  write(bytes: Uint8Array, done?: () => void): void {
    this.add(bytes, 0, bytes.length, done);
  }

  readonly writePart = (bytes: Uint8Array, from: number, to: number): void =>
    this.add(bytes, from, to, undefined);

  private add(bytes: Uint8Array, from: number, to: number, done: (() => void) | undefined): void {
    if (this.over) return;
    try {
      this.queue.add(bytes, from, to, done);
    } catch (error) {
      return this.fail(error, false);
    }
    if (!this.corked) this.wake();
  }

  cork(): void {
    this.corked = true;
  }

  uncork(): void {
    this.corked = false;
    this.wake();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.loop.activity();
  }

  isPaused(): boolean {
    return this.paused;
  }

  end(): void {
    this.ending = true;
    if (this.queue.bytes === 0) this.socket.end();
  }

  /** What the other side writes from now on comes through its ring. */
  listen(): void {
    this.listening = true;
    this.loop.activity();
  }

  /** The other side has rung: it has written something, or made room. */
  rung(): void {
    this.look();
    this.loop.activity();
  }

  look(): boolean {
    if (this.over) return false;
    if (this.resting) this.stayAwake();
    const sent = this.queue.bytes > 0 && this.flush();
    return this.receive() || sent;
  }

  rest(): boolean {
    if (this.over) return true;
    this.resting = true;
    this.ends.in.rest(REST.sleeps);
    if (!this.hasWork()) return true;
    this.stayAwake();
    return false;
  }

  /** This thread looks at the lane itself from now on. Whenever the event loop turns again, it looks and then sleeps as ever. */
  attend(): void {
    if (this.resting && !this.over) this.stayAwake();
    this.loop.activity();
  }

  /** Does without the event loop, until `chores.done`. */
  until(chores: Chores): void {
    this.attending = true;
    // A bell that waits in the socket would not leave.
    if (this.socket.writableLength > 0) this.blocking.ring?.();
    try {
      blockUntil(this, chores);
    } finally {
      this.attending = false;
    }
  }

  /** Blocks this thread until something can be done, or so many milliseconds have passed. */
  block(milliseconds: number): void {
    if (this.over) return;
    this.ends.in.rest(REST.blocks);
    if (!this.hasWork()) this.blocking.wait(this.inRest, REST.blocks, milliseconds);
    this.stayAwake();
  }

  /** Whether the other side is gone, asked without the event loop. What it has written before can still be read. */
  get isLost(): boolean {
    return this.over || this.blocking.isGone(this.socket);
  }

  /** The socket is closed: what came before that is read, and nothing more. */
  close(): void {
    if (this.over) return;
    // The ring holds no more than a few pieces; who writes on doesn't keep us here.
    for (let pieces = this.ends.in.capacity / PIECE_BYTES + 1; pieces > 0 && this.receive(); pieces--);
    this.over = true;
    this.loop.remove(this);
    this.queue.clear();
    this.release();
  }

  private receive(): boolean {
    if (!this.listening || this.paused) return false;
    const { ends, piece } = this;
    let count: number;
    try {
      count = ends.in.take(piece);
    } catch (error) {
      this.fail(error, true);
      return false;
    }
    if (count === 0) return false;
    if (ends.in.takeWait()) this.wake();
    this.events.onData(piece, count);
    return true;
  }

  private flush(): boolean {
    try {
      if (!this.queue.flush()) return false;
    } catch (error) {
      this.fail(error, false);
      return false;
    }
    this.wake();
    if (this.ending && this.queue.bytes === 0) this.socket.end();
    this.events.onTaken();
    return true;
  }

  /** Whether `look` would find something. */
  private hasWork(): boolean {
    let canSend = false;
    try {
      if (this.queue.canFlush()) return true;
      canSend = true;
      return this.listening && !this.paused && this.ends.in.available > 0;
    } catch (error) {
      this.fail(error, canSend);
      return false;
    }
  }

  private stayAwake(): void {
    this.resting = false;
    this.ends.in.rest(REST.awake);
  }

  /** Wakes the other side if it rests. */
  private wake(): void {
    if (this.over) return;
    const rest = this.ends.out.takeRest();
    if (rest === REST.awake) return;
    if (rest === REST.blocks) this.blocking.wake(this.outRest);
    else this.ringBell();
  }

  /** Who says again and again that it sleeps, and doesn't read its socket, gets no more bells. */
  private ringBell(): void {
    if (this.attending && this.blocking.ring !== undefined) return this.blocking.ring();
    if (this.socket.writableLength === 0) this.bells = 0;
    if (this.bells++ < MOST_BELLS) this.socket.write(BELL);
  }

  /** Nothing more is read, and nothing written but the reason, where that can be. */
  private fail(error: unknown, canSend: boolean): void {
    this.listening = false;
    if (!canSend) this.queue.clear();
    this.events.onFault(SameboxError.from(error), canSend);
  }
}
