// The calling half of a peer: calls made here, their answers, their deadlines, the streams that they gave.
import { SameboxError } from '../errors';
import {
  CANCEL_REASON,
  CHANNEL,
  FLAG,
  KIND,
  type EndHead,
  type ErrorHead,
  type ItemHead,
  type ResultHead,
} from '../frames/heads';
import type { Limits } from '../limits';
import { Acknowledging } from './acknowledging';
import { AN_ITEM, cancelled, neverSent, nothingHeld, PROGRESS, readAnswer, timedOut } from './call-errors';
import { callHead, claimHead } from './call-frames';
import type { CompleteFrame } from './arrivals';
import { systemClock, type Clock } from './clock';
import type { Connection } from './connection';
import { DeadlineTimer } from './deadline-timer';
import { encodeApart } from './encode-apart';
import { errorFromWire } from './error-body';
import { GivenUp } from './given-up';
import { InFlight } from './in-flight';
import { IncomingStream } from './incoming-stream';
import { payloadSize } from './payload-size';
import { PendingCall, type CallRequest, type LostPolicy } from './pending-call';

/** How long a caller that gave up waits for the other side's verdict. */
export const VERDICT_MS = 50;

/** The calls that one side of a session makes. */
export class Caller {
  private inFlight = new InFlight<PendingCall>();
  /** Calls that wait to be written, in the order they were made. */
  private readonly waiting = new Set<PendingCall>();
  private readonly givenUp = new GivenUp();
  readonly deadlines: DeadlineTimer<PendingCall>;
  private connection: Connection | undefined;
  private held = false;
  private made = 0;
  private readonly acknowledging: Acknowledging;

  constructor(
    private readonly limits: Pick<Limits, 'depth' | 'items'>,
    private readonly clock: Clock = systemClock,
  ) {
    this.deadlines = new DeadlineTimer(clock, (call) => this.expire(call));
    this.acknowledging = new Acknowledging((from, to) => this.connection?.send([KIND.ack, to, 0, from]));
  }

  /** Calls that are not settled, written or not. */
  get pending(): number {
    return this.inFlight.size + this.waiting.size;
  }

  /** Makes a call. The promise rejects with a `SameboxError`, or resolves with the value, for a stream with an `IncomingStream`. */
  call(request: CallRequest): Promise<unknown> {
    return this.promise(request, (call, now) => this.make(call, now));
  }

  /** The first step of a call: it is written, or waits for a connection. @throws SameboxError */
  make(call: PendingCall, now: number): void {
    const { connection } = this;
    call.order = ++this.made;
    if (connection?.open === true && !(this.held && call.request.retry))
      return this.write(call, connection, now);
    call.body = encodeApart({ value: call.request.args, root: 'args' });
    this.waiting.add(call);
  }

  /** Waits for a call that an earlier client of this session made. */
  takeUp(id: number, request: CallRequest): Promise<unknown> {
    return this.promise(request, (call) => {
      if (this.inFlight.get(id) !== undefined)
        throw new SameboxError('INVALID_ARGUMENT', `call ${id} is waited for already`, { ran: 'no' });
      call.id = id;
      call.takenUp = true;
      this.inFlight.takeUp(id, call);
      if (this.connection !== undefined) this.claim(call, this.connection);
    });
  }

  private promise(request: CallRequest, begin: (call: PendingCall, now: number) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted === true) return reject(cancelled(request.target, request.signal));
      const now = this.clock.now();
      const call = new PendingCall(request, now + request.timeout, undefined, resolve, reject);
      try {
        begin(call, now);
      } catch (error) {
        return reject(SameboxError.from(error));
      }
      this.deadlines.insert(call);
      if (request.signal !== undefined) this.listen(call, request.signal);
    });
  }

  /** A connection stands, with a session of its own: what waits is written, in the order it was made. */
  attach(connection: Connection): void {
    this.connection = connection;
    this.held = false;
    this.writeWaiting(connection);
  }

  private writeWaiting(connection: Connection): void {
    const calls = [...this.waiting].sort((one, other) => one.order - other.order);
    this.waiting.clear();
    for (const call of calls) {
      try {
        this.write(call, connection);
      } catch (error) {
        this.settle(call, SameboxError.from(error));
      }
    }
  }

  /** The connection is lost, but its session may be taken up again: what is under way waits for that. */
  suspend(): void {
    this.connection = undefined;
    this.acknowledging.stop();
    for (const call of this.inFlight.inOrder()) if (call.givenUp !== undefined) this.drop(call, call.givenUp);
  }

  /**
   * The session was taken up again: what has no answer is asked for again in the order of ids, then what was given up is
   * cancelled, then what waits is written.
   * @param seen the highest id that the other side has seen.
   * @param held the ids of which it holds something: the call that runs, its answer, its stream.
   */
  resume(connection: Connection, seen: number, held: ReadonlySet<number>): void {
    this.connection = connection;
    for (const call of this.inFlight.inOrder()) {
      if (held.has(call.id) || call.takenUp) this.claim(call, connection);
      else if (call.stream !== undefined) this.drop(call, nothingHeld(call.name));
      else this.writeAgain(call, connection, seen);
    }
    for (const [id, reason] of this.givenUp.among(held)) connection.send([KIND.cancel, id, 0, reason]);
    this.attach(connection);
  }

  /**
   * The session begins where an earlier client of it has left.
   * @param last the highest id that was used.
   * @param held ids whose answers can still be had, see `takeUp`.
   */
  inherit(last: number, held: Iterable<number>): void {
    this.inFlight = new InFlight(last, held);
  }

  /** The session is over: its streams break, and `policy` says what becomes of each call. */
  detach(reason: SameboxError, policy: LostPolicy): void {
    this.connection = undefined;
    this.acknowledging.stop();
    this.givenUp.clear();
    const calls = this.inFlight.inOrder();
    this.inFlight = new InFlight();
    for (const call of calls) {
      const verdict = call.givenUp ?? policy(call);
      if (call.stream !== undefined) call.stream.fail(reason.with({ ran: 'maybe' }));
      else if (typeof verdict === 'string') this.putBack(call, verdict);
      else this.settle(call, verdict);
    }
  }

  /** Rejects all that is pending. */
  close(reason: SameboxError): void {
    // Before what is pending is given up: in a named session its answers are to be kept.
    if (this.connection?.open === true) this.acknowledging.finish(this.inFlight);
    this.lose(reason, () => true);
    this.detach(reason, () => reason);
    this.deadlines.stop();
  }

  /** Calls and streams that `which` says wait no longer, written or not. */
  lose(reason: SameboxError, which: (call: PendingCall) => boolean): void {
    for (const call of [...this.waiting].filter(which)) {
      this.waiting.delete(call);
      this.settle(call, reason.with({ ran: call.ran }));
    }
    for (const call of this.inFlight.inOrder().filter(which)) {
      // The session may be taken up again after all: what its caller would not wait for is ended then.
      if (this.connection === undefined && !call.request.retry && !call.takenUp)
        this.cancel(call.id, CANCEL_REASON.left);
      this.drop(call, reason.with({ ran: 'maybe' }));
    }
  }

  /** A call to be written again, under another id: it never ran, or can do no harm again. */
  private putBack(call: PendingCall, kind: 'again' | 'anew'): void {
    if (kind === 'anew') call.ran = 'maybe';
    call.id = 0;
    call.progressItems = 0;
    this.waiting.add(call);
  }

  /** The other side takes no new calls: those made from now on wait for the next connection. */
  hold(): void {
    this.held = true;
  }

  /**
   * A call that was answered `DRAINING` never ran: it waits for the next daemon. One that may have run, but can do no harm
   * again, is made anew. Neither, if its caller doesn't want that.
   */
  private postpone(call: PendingCall, code: string, ran: string): boolean {
    if (call.givenUp !== undefined || call.stream !== undefined || !call.request.retry) return false;
    const idle = code === 'DRAINING' && ran === 'no';
    const harmless = code === 'OUTCOME_UNKNOWN' && (call.request.flags & FLAG.idempotent) !== 0;
    if (!idle && !(harmless && !call.madeAnew)) return false;
    this.inFlight.settle(call.id);
    this.putBack(call, harmless ? 'anew' : 'again');
    call.madeAnew = harmless;
    if (harmless && !this.held && this.connection !== undefined) this.writeWaiting(this.connection);
    return true;
  }

  private write(call: PendingCall, connection: Connection, now = this.clock.now()): void {
    if (connection.full)
      throw new SameboxError('BUSY', `${connection.pendingBytes} bytes wait to be written (pendingBytes)`);
    this.send(call, this.inFlight.next, connection, now);
    call.id = this.inFlight.add(call);
  }

  private send(call: PendingCall, id: number, connection: Connection, now: number): void {
    const head = callHead(call, id, this.inFlight.acknowledged, now);
    call.body = connection.send(head, call.body ?? { value: call.request.args, root: 'args' }, id);
  }

  /** The other side holds nothing of this call: it never came, or its answer is no longer kept. The id tells. */
  private writeAgain(call: PendingCall, connection: Connection, seen: number): void {
    call.progressItems = 0;
    if (call.id <= seen) call.ran = 'maybe';
    try {
      this.send(call, call.id, connection, this.clock.now());
    } catch (error) {
      this.drop(call, neverSent(call, SameboxError.from(error)));
    }
  }

  private claim(call: PendingCall, connection: Connection): void {
    connection.send(claimHead(call));
    call.stream?.grantAgain();
  }

  /** Takes a call out of the table: it is settled, or its stream is over. */
  private take(id: number): PendingCall | undefined {
    const call = this.inFlight.settle(id);
    if (call !== undefined) this.acknowledging.settled(this.inFlight);
    this.givenUp.answered(id);
    return call;
  }

  onResult([, id, flags]: ResultHead, frame: CompleteFrame): void {
    if ((flags & FLAG.stream) !== 0) return this.onStream(id);
    const call = this.take(id);
    if (call === undefined) return this.checkKnown(id);
    const { error, value } = readAnswer(call, frame, this.limits);
    if (error === undefined)
      frame.loan.take().keep(); // A result belongs to its caller.
    else if (this.postpone(call, error.code, error.ran)) return;
    this.settle(call, error, value);
  }

  private onStream(id: number): void {
    const call = this.inFlight.get(id);
    if (call === undefined) return this.checkKnown(id);
    if (call.stream !== undefined)
      throw new SameboxError('PROTOCOL', `call ${id} is answered by a second stream`);
    const stream = this.openStream(id, call);
    if (call.givenUp === undefined) return this.settle(call, undefined, stream);
    void stream.return(); // It crossed the cancel, after which nothing of it would come.
    this.settle(call, call.givenUp.with({ ran: 'yes' }));
  }

  onError(head: ErrorHead, { body, attachments, loan }: CompleteFrame): void {
    const [, id, , code, ran] = head;
    const call = this.inFlight.get(id);
    if (call === undefined) {
      this.givenUp.answered(id);
      return this.checkKnown(id);
    }
    if (this.postpone(call, code, ran)) return;
    this.take(id);
    const error = errorFromWire(head, body, attachments, call.name);
    loan.take().keep();
    if (call.stream === undefined) this.settle(call, error);
    else call.stream.fail(error);
  }

  onItem([, id, , channel, sequence]: ItemHead, frame: CompleteFrame): void {
    if (channel === CHANNEL.progress) return this.onProgress(id, frame);
    const stream = this.inFlight.get(id)?.stream;
    if (stream === undefined) return this.checkKnown(id);
    const bytes = payloadSize(frame.body, frame.attachments);
    const { error, value } = readAnswer(AN_ITEM, frame, this.limits);
    if (error === undefined) return stream.push(sequence, value, bytes, frame.loan);
    stream.fail(error);
    this.leave(id);
  }

  onEnd([, id, , channel, count]: EndHead): void {
    if (channel !== CHANNEL.result) return;
    this.take(id)?.stream?.end(count);
    this.checkKnown(id);
  }

  private onProgress(id: number, frame: CompleteFrame): void {
    const call = this.inFlight.get(id);
    if (call?.request.onProgress === undefined) return this.checkKnown(id);
    const next = ++call.progressItems + 1;
    this.connection?.send([KIND.credit, id, 0, CHANNEL.progress, next, Number.MAX_SAFE_INTEGER, next - 1]);
    call.progress(readAnswer(PROGRESS, frame, this.limits).value);
  }

  private openStream(id: number, call: PendingCall): IncomingStream {
    const { signal } = call.request;
    const onAbort = (): void => {
      this.leave(id);
      stream.fail(cancelled(call.name, signal).with({ ran: 'yes' }));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const stream = new IncomingStream(
      {
        credit: (items, bytes, received) =>
          this.connection?.send([KIND.credit, id, 0, CHANNEL.result, items, bytes, received]),
        leave: () => this.leave(id),
        over: () => signal?.removeEventListener('abort', onAbort),
      },
      call.request.slow,
      call.request.idle,
    );
    call.stream = stream;
    return stream;
  }

  private leave(id: number): void {
    if (this.inFlight.settle(id) !== undefined) this.cancel(id, CANCEL_REASON.left);
  }

  /** A cancel may be lost with its connection: it is sent again on the next, unless something later was answered. */
  private cancel(id: number, reason: number): void {
    this.givenUp.add(id, reason, this.inFlight.highest);
    this.connection?.send([KIND.cancel, id, 0, reason]);
  }

  /** The arguments of a call can't be sent in full: it never ran. A result that comes all the same is late. */
  broken(id: number, reason: SameboxError): void {
    const call = this.inFlight.settle(id);
    if (call !== undefined) this.settle(call, neverSent(call, reason));
  }

  private listen(call: PendingCall, signal: AbortSignal): void {
    const onAbort = (): void => this.giveUp(call, cancelled(call.name, signal));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    call.release = () => signal.removeEventListener('abort', onAbort);
  }

  private expire(call: PendingCall): void {
    if (call.givenUp !== undefined) return this.drop(call, call.givenUp);
    this.giveUp(call, timedOut(call.name, call.request.timeout));
  }

  /** Cancels a call: at once if it never left in full, else after the other side's verdict, or a moment. */
  private giveUp(call: PendingCall, reason: SameboxError): void {
    if (call.givenUp !== undefined || call.settled) return;
    const { connection } = this;
    if (this.waiting.delete(call)) return this.settle(call, reason.with({ ran: call.ran }));
    if (connection?.dropTransfers(call.id) === true) return this.drop(call, reason.with({ ran: call.ran }));
    this.cancel(call.id, reason.code === 'TIMEOUT' ? CANCEL_REASON.deadline : CANCEL_REASON.cancelled);
    if (connection === undefined) return this.drop(call, reason.with({ ran: 'maybe' }));
    call.givenUp = reason.with({ ran: 'maybe' });
    this.deadlines.remove(call);
    call.deadline = this.clock.now() + VERDICT_MS;
    this.deadlines.insert(call);
  }

  /** Takes a call out of the table that has no answer, and settles it. */
  private drop(call: PendingCall, error: SameboxError): void {
    this.inFlight.settle(call.id);
    if (call.stream === undefined) this.settle(call, error);
    else call.stream.fail(error);
  }

  private settle(call: PendingCall, error: SameboxError | undefined, value?: unknown): void {
    this.deadlines.remove(call);
    call.settle(error, value);
  }

  /** An answer for a call that was settled before is late and dropped; for one that was never made it is a fault. */
  private checkKnown(id: number): void {
    if (id > this.inFlight.highest)
      throw new SameboxError('PROTOCOL', `an answer to call ${id}, which was never made`);
  }
}
