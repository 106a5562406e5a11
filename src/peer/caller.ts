// The calling half of a peer: calls made here, their answers, their deadlines, the streams that they gave.
import { ByteWriter, decodeValue, encodeValue, type Attachment, type Attachments } from '../cbor';
import { SameboxError } from '../errors';
import { NO_ATTACHMENTS, type EncodedBody } from '../frames';
import {
  CANCEL_REASON,
  CHANNEL,
  FLAG,
  KIND,
  POLICY,
  type CallHead,
  type EndHead,
  type ErrorHead,
  type ItemHead,
  type ResultHead,
} from '../frames/heads';
import type { Limits } from '../limits';
import type { CompleteFrame } from './arrivals';
import { systemClock, type Clock } from './clock';
import type { Connection } from './connection';
import { DeadlineTimer } from './deadline-timer';
import { errorFromWire } from './error-body';
import { InFlight } from './in-flight';
import { IncomingStream } from './incoming-stream';
import { payloadSize } from './payload-size';
import { PendingCall, type CallRequest } from './pending-call';

/** How long a caller that gave up waits for the other side's verdict. */
export const VERDICT_MS = 50;
const DEFAULT_KEEP = 64;

/** What becomes of a call whose connection was lost: an error, or it is written again on the next one. */
export type LostPolicy = (call: PendingCall) => SameboxError | 'again';

/** The calls that one side of a session makes. */
export class Caller {
  private readonly inFlight = new InFlight<PendingCall>();
  /** Calls that wait to be written, in the order they were made. */
  private readonly waiting = new Set<PendingCall>();
  private readonly streams = new Map<number, IncomingStream>();
  private readonly deadlines: DeadlineTimer<PendingCall>;
  private connection: Connection | undefined;
  private held = false;
  private made = 0;

  constructor(
    private readonly limits: Pick<Limits, 'depth' | 'items'>,
    private readonly clock: Clock = systemClock,
  ) {
    this.deadlines = new DeadlineTimer(clock, (call) => this.expire(call));
  }

  /** Calls that have no answer yet, written or not. */
  get pending(): number {
    return this.inFlight.size + this.waiting.size;
  }

  /** Makes a call. The promise rejects with a `SameboxError`, or resolves with the value, for a stream with an `IncomingStream`. */
  call(request: CallRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted === true) return reject(cancelled(request.target, request.signal));
      const call = new PendingCall(request, this.clock.now() + request.timeout, undefined, resolve, reject);
      call.order = ++this.made;
      try {
        if (this.connection?.open === true && !(this.held && request.retry))
          this.write(call, this.connection);
        else this.enqueue(call);
      } catch (error) {
        return reject(SameboxError.from(error));
      }
      this.deadlines.insert(call);
      if (request.signal !== undefined) this.listen(call, request.signal);
    });
  }

  /** A connection stands: what waits is written, in the order it was made. */
  attach(connection: Connection): void {
    this.connection = connection;
    this.held = false;
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

  /** The connection is lost: its streams break, and `policy` says what becomes of each call. */
  detach(reason: SameboxError, policy: LostPolicy): void {
    this.connection = undefined;
    for (const stream of this.streams.values()) stream.fail(reason.with({ ran: 'maybe' }));
    this.streams.clear();
    for (const call of this.inFlight.takeAll()) {
      const verdict = call.givenUp ?? policy(call);
      if (verdict === 'again') this.putBack(call);
      else this.settle(call, verdict);
    }
  }

  /** Rejects all that is pending. */
  close(reason: SameboxError): void {
    for (const call of this.waiting) this.settle(call, reason.with({ ran: 'no' }));
    this.waiting.clear();
    for (const call of this.inFlight.takeAll()) this.settle(call, reason.with({ ran: 'maybe' }));
    for (const stream of this.streams.values()) stream.fail(reason);
    this.streams.clear();
    this.deadlines.stop();
  }

  /** Rejects the calls that wait to be written. */
  rejectWaiting(reasonFor: (call: PendingCall) => SameboxError | undefined): void {
    for (const call of this.waiting) {
      const reason = reasonFor(call);
      if (reason === undefined) continue;
      this.waiting.delete(call);
      this.settle(call, reason);
    }
  }

  /** A call to be written again, under an id of its own. */
  private putBack(call: PendingCall): void {
    call.id = 0;
    call.progressItems = 0;
    this.waiting.add(call);
  }

  /** The other side takes no new calls: those made from now on wait for the next connection. */
  hold(): void {
    this.held = true;
  }

  /** A call that was answered `DRAINING` never ran: it waits for the next daemon, unless its caller doesn't want that. */
  private postpone(id: number): boolean {
    const call = this.inFlight.get(id);
    if (call === undefined || call.givenUp !== undefined || !call.request.retry) return false;
    this.inFlight.settle(id);
    this.putBack(call);
    return true;
  }

  private enqueue(call: PendingCall): void {
    call.body = encodeApart(call.request.args);
    this.waiting.add(call);
  }

  private write(call: PendingCall, connection: Connection): void {
    if (connection.full)
      throw new SameboxError('BUSY', `${connection.pendingBytes} bytes wait to be written (pendingBytes)`);
    const { target, member, flags, args, slow = 'block', keep = DEFAULT_KEEP } = call.request;
    const left = Math.max(0, Math.ceil(call.deadline - this.clock.now()));
    const budget = Number.isSafeInteger(left) ? left : null;
    const id = this.inFlight.next;
    const head: CallHead = [
      KIND.call,
      id,
      flags,
      target,
      member,
      budget,
      this.inFlight.acknowledged,
      POLICY[slow],
      keep,
      NO_ATTACHMENTS,
    ];
    call.body = connection.send(head, call.body ?? { value: args, root: 'args' }, id);
    call.id = this.inFlight.add(call);
  }

  onResult([, id, flags]: ResultHead, frame: CompleteFrame): void {
    const call = this.inFlight.settle(id);
    if (call === undefined) return this.checkKnown(id);
    if ((flags & FLAG.stream) !== 0) {
      const stream = this.openStream(id, call);
      if (call.givenUp === undefined) return this.settle(call, undefined, stream);
      void stream.return(); // It crossed the cancel, after which nothing of it would come.
      this.settle(call, call.givenUp.with({ ran: 'yes' }));
    } else {
      this.decode(call.name, frame, (error, value) => {
        if (error === undefined) frame.loan.take().keep(); // A result belongs to its caller.
        this.settle(call, error, value);
      });
    }
  }

  onError(head: ErrorHead, { body, attachments, loan }: CompleteFrame): void {
    const id = head[1];
    if (head[3] === 'DRAINING' && head[4] === 'no' && this.postpone(id)) return;
    const stream = this.streams.get(id);
    const call = this.inFlight.settle(id);
    if (stream === undefined && call === undefined) return this.checkKnown(id);
    const error = errorFromWire(head, body, attachments, call?.name);
    loan.take().keep();
    this.streams.delete(id);
    stream?.fail(error);
    if (call !== undefined) this.settle(call, error);
  }

  onItem([, id, , channel, sequence]: ItemHead, frame: CompleteFrame): void {
    if (channel === CHANNEL.progress) return this.onProgress(id, frame);
    const stream = this.streams.get(id);
    if (stream === undefined) return this.checkKnown(id);
    const bytes = payloadSize(frame.body, frame.attachments);
    this.decode('an item', frame, (error, value) => {
      if (error === undefined) return stream.push(sequence, value, bytes, frame.loan);
      stream.fail(error);
      this.leave(id);
    });
  }

  onEnd([, id, , channel, count]: EndHead): void {
    if (channel !== CHANNEL.result) return;
    this.streams.get(id)?.end(count);
    this.streams.delete(id);
    this.checkKnown(id);
  }

  private onProgress(id: number, frame: CompleteFrame): void {
    const call = this.inFlight.get(id);
    if (call?.request.onProgress === undefined) return this.checkKnown(id);
    this.connection?.send([
      KIND.credit,
      id,
      0,
      CHANNEL.progress,
      ++call.progressItems + 1,
      Number.MAX_SAFE_INTEGER,
    ]);
    const { onProgress } = call.request;
    this.decode('progress', frame, (error, value) => {
      const [fraction, message] = Array.isArray(value) ? (value as unknown[]) : [];
      if (error === undefined && typeof fraction === 'number' && call.givenUp === undefined)
        onProgress(fraction, typeof message === 'string' ? message : undefined);
    });
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
        credit: (items, bytes) => this.connection?.send([KIND.credit, id, 0, CHANNEL.result, items, bytes]),
        leave: () => this.leave(id),
        over: () => signal?.removeEventListener('abort', onAbort),
      },
      call.request.slow,
      call.request.idle,
    );
    this.streams.set(id, stream);
    return stream;
  }

  private leave(id: number): void {
    if (this.streams.delete(id)) this.connection?.send([KIND.cancel, id, 0, CANCEL_REASON.left]);
  }

  /** A body that can't be read fails one call only. */
  private decode(
    name: string,
    { body, attachments }: CompleteFrame,
    done: (error: SameboxError | undefined, value?: unknown) => void,
  ): void {
    let value: unknown;
    try {
      value = decodeValue(body, attachments, this.limits);
    } catch (error) {
      const reason = attachments.includes(error as Attachment) ? lost(name, error as SameboxError) : error;
      return done(SameboxError.from(reason).with({ ran: 'yes', details: { call: name } }));
    }
    done(undefined, value);
  }

  /** The arguments of a call can't be sent in full: it never ran. A result that comes all the same is late. */
  broken(id: number, reason: SameboxError): void {
    const call = this.inFlight.settle(id);
    if (call !== undefined) this.settle(call, reason.with({ ran: 'no', details: { call: call.name } }));
  }

  private listen(call: PendingCall, signal: AbortSignal): void {
    const onAbort = (): void => this.giveUp(call, cancelled(call.name, signal));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    call.release = () => signal.removeEventListener('abort', onAbort);
  }

  private expire(call: PendingCall): void {
    if (call.givenUp !== undefined) {
      this.inFlight.settle(call.id);
      return this.settle(call, call.givenUp);
    }
    const { timeout } = call.request;
    this.giveUp(
      call,
      new SameboxError('TIMEOUT', `${call.name} has no answer after ${Math.round(timeout)} ms`, {
        details: { timeout },
      }),
    );
  }

  /** Cancels a call: at once if it never left in full, else after the other side's verdict, or a moment. */
  private giveUp(call: PendingCall, reason: SameboxError): void {
    if (call.givenUp !== undefined || call.release === SETTLED) return;
    const { connection } = this;
    if (this.waiting.delete(call)) return this.settle(call, reason.with({ ran: 'no' }));
    if (connection === undefined || connection.dropTransfers(call.id)) {
      this.inFlight.settle(call.id);
      return this.settle(call, reason.with({ ran: connection === undefined ? 'maybe' : 'no' }));
    }
    call.givenUp = reason.with({ ran: 'maybe' });
    const why = reason.code === 'TIMEOUT' ? CANCEL_REASON.deadline : CANCEL_REASON.cancelled;
    connection.send([KIND.cancel, call.id, 0, why]);
    this.deadlines.remove(call);
    call.deadline = this.clock.now() + VERDICT_MS;
    this.deadlines.insert(call);
  }

  private settle(call: PendingCall, error: SameboxError | undefined, value?: unknown): void {
    this.deadlines.remove(call);
    call.release?.();
    call.release = SETTLED;
    if (error === undefined) call.resolve(value);
    else call.reject(error);
  }

  /** An answer for a call that was settled before is late and dropped; for one that was never made it is a fault. */
  private checkKnown(id: number): void {
    if (id > this.inFlight.highest)
      throw new SameboxError('PROTOCOL', `an answer to call ${id}, which was never made`);
  }
}

/** What was answered lies in memory that can't be had: its owner may have died right after answering. */
function lost(name: string, cause: SameboxError): SameboxError {
  return new SameboxError(
    'OUTCOME_UNKNOWN',
    `${name} was answered, but the answer can't be read: ${cause.message}`,
    {
      cause,
    },
  );
}

function cancelled(name: string, signal: AbortSignal | undefined): SameboxError {
  return new SameboxError('CANCELLED', `${name} was cancelled`, { cause: signal?.reason });
}

const SETTLED = (): void => undefined;

/** Encodes arguments before there is a connection to write them to: they are what they were when the call was made. */
function encodeApart(args: readonly unknown[]): EncodedBody {
  const writer = new ByteWriter(256);
  const attachments: Attachments = [];
  encodeValue(writer, args, attachments, 'args');
  return { bytes: Buffer.concat(writer.take()), attachments };
}
