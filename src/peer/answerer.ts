// The answering half of a peer: calls that came in, their deadlines, the streams that they gave.
import { decodeValue } from '../cbor';
import { SameboxError } from '../errors';
import {
  CANCEL_REASON,
  CHANNEL,
  FLAG,
  KIND,
  NO_ATTACHMENTS,
  POLICY,
  type CallHead,
  type CancelHead,
  type CreditHead,
} from '../frames';
import type { Limits } from '../limits';
import { systemClock, type Clock } from './clock';
import type { Connection } from './connection';
import { DeadlineTimer } from './deadline-timer';
import { errorToWire } from './error-body';
import { IncomingCall, type AnswerOutlet } from './incoming-call';
import { OutgoingStream } from './outgoing-stream';

/** Takes a call that came in, and answers it some time. */
export type Serve = (call: IncomingCall) => void;

interface Answering {
  readonly call: IncomingCall;
  stream?: OutgoingStream;
  progress?: OutgoingProgress;
}

/** Progress of one call: the latest, sent when the caller has credit for it. */
interface OutgoingProgress {
  sent: number;
  granted: number;
  latest: readonly unknown[] | undefined;
}

/** The calls that the other side of a session makes. */
export class Answerer implements AnswerOutlet {
  private readonly calls = new Map<number, Answering>();
  private readonly deadlines: DeadlineTimer<IncomingCall>;
  private connection: Connection | undefined;

  constructor(
    private readonly serve: Serve,
    private readonly limits: Pick<Limits, 'callsInFlight' | 'depth' | 'items'>,
    private readonly clock: Clock = systemClock,
  ) {
    this.deadlines = new DeadlineTimer(clock, (call) =>
      call.abort(new SameboxError('TIMEOUT', `${call.target}.${call.member}: the deadline passed`)),
    );
  }

  /** Calls without an answer, and streams that go on. */
  get pending(): number {
    return this.calls.size;
  }

  attach(connection: Connection): void {
    this.connection = connection;
  }

  /** The session is gone: nobody waits for any answer. */
  detach(reason: SameboxError): void {
    this.connection = undefined;
    for (const { call, stream } of [...this.calls.values()]) {
      stream?.stop();
      call.abort(reason.with({ ran: 'maybe' }));
    }
    this.calls.clear();
    this.deadlines.stop();
  }

  onCall(head: CallHead, body: Buffer, attachments: readonly Uint8Array[]): void {
    const [, id, , target, member, budget] = head;
    const deadline = budget === null ? Infinity : this.clock.now() + budget;
    let args: unknown;
    let refusal: SameboxError | undefined;
    try {
      args = decodeValue(body, attachments, this.limits);
      if (!Array.isArray(args)) refusal = new SameboxError('PROTOCOL', 'the body of a call must be an array');
    } catch (error) {
      refusal = SameboxError.from(error);
    }
    if (this.calls.size >= this.limits.callsInFlight) {
      refusal = new SameboxError(
        'BUSY',
        `this session has ${this.calls.size} calls without an answer (callsInFlight)`,
      );
    }
    const call = new IncomingCall(head, refusal ? [] : (args as unknown[]), deadline, this);
    this.calls.set(id, { call });
    if (refusal !== undefined) return call.reject(refusal.with({ ran: 'no', details: { target, member } }));
    this.deadlines.insert(call);
    this.serve(call);
  }

  onCancel([, id, , reason]: CancelHead): void {
    const answering = this.calls.get(id);
    if (answering === undefined) {
      this.connection?.dropTransfers(-id);
      return;
    }
    const { call, stream } = answering;
    stream?.stop();
    if (reason === CANCEL_REASON.left) this.calls.delete(id);
    const deadline = reason === CANCEL_REASON.deadline;
    call.abort(
      new SameboxError(
        deadline ? 'TIMEOUT' : 'CANCELLED',
        `${call.target}.${call.member} was given up by its caller`,
      ),
    );
  }

  onCredit([, id, , channel, items, bytes]: CreditHead): void {
    const answering = this.calls.get(id);
    if (channel === CHANNEL.result) answering?.stream?.credit(items, bytes);
    else if (channel === CHANNEL.progress && answering?.progress !== undefined) {
      answering.progress.granted = items;
      this.sendProgress(id, answering.progress);
    }
  }

  result(call: IncomingCall, value: unknown): void {
    if (!this.take(call)) return;
    try {
      this.connection?.send(
        [KIND.result, call.id, FLAG.yours, NO_ATTACHMENTS],
        { value, root: 'result' },
        -call.id,
      );
    } catch (error) {
      this.sendError(call.id, named(call, SameboxError.from(error).with({ ran: 'yes' })));
    }
  }

  error(call: IncomingCall, error: SameboxError): void {
    if (this.take(call)) this.sendError(call.id, error);
  }

  async stream(call: IncomingCall, iterable: AsyncIterable<unknown>): Promise<void> {
    const answering = this.calls.get(call.id);
    this.deadlines.remove(call);
    const stream = new OutgoingStream(
      {
        item: (sequence, value) => this.sendItem(call.id, CHANNEL.result, sequence, value),
        end: (count) => {
          this.calls.delete(call.id);
          this.connection?.send([KIND.end, call.id, FLAG.yours, CHANNEL.result, count]);
        },
        fail: (error) => {
          this.calls.delete(call.id);
          this.sendError(
            call.id,
            named(call, SameboxError.from(error, 'METHOD_FAILED').with({ ran: 'yes' })),
          );
        },
      },
      call.policy in POLICY_NAMES ? call.policy : POLICY.block,
      Math.max(1, call.keep),
    );
    if (answering?.call !== call || call.aborted !== undefined) stream.stop();
    else {
      answering.stream = stream;
      this.connection?.send([KIND.result, call.id, FLAG.yours | FLAG.stream, NO_ATTACHMENTS]);
    }
    await stream.run(iterable);
    if (this.calls.get(call.id) === answering) this.calls.delete(call.id);
  }

  progress(call: IncomingCall, fraction: number, message: string | undefined): void {
    const answering = this.calls.get(call.id);
    if (answering?.call !== call) return;
    answering.progress ??= { sent: 0, granted: 1, latest: undefined };
    answering.progress.latest = message === undefined ? [fraction] : [fraction, message];
    this.sendProgress(call.id, answering.progress);
  }

  private sendProgress(id: number, progress: OutgoingProgress): void {
    if (progress.latest === undefined || progress.sent >= progress.granted) return;
    this.sendItem(id, CHANNEL.progress, progress.sent++, progress.latest);
    progress.latest = undefined;
  }

  /** Returns the bytes that the item takes, attachments included. */
  private sendItem(id: number, channel: number, sequence: number, value: unknown): number {
    if (this.connection === undefined) return 0;
    const head = [KIND.item, id, FLAG.yours, channel, sequence, NO_ATTACHMENTS] as const;
    const { bytes, attachments } = this.connection.send(head, { value, root: 'item' }, -id);
    return attachments.reduce((sum, { byteLength }) => sum + byteLength, bytes.length);
  }

  private sendError(id: number, error: SameboxError): void {
    if (this.connection === undefined) return;
    const head = [KIND.error, id, FLAG.yours, error.code, error.ran, NO_ATTACHMENTS] as const;
    this.connection.dropTransfers(-id);
    this.connection.send(head, { value: errorToWire(error), root: 'error' }, -id);
  }

  /** Takes a call out of the table; false if nobody waits for it any more. */
  private take(call: IncomingCall): boolean {
    this.deadlines.remove(call);
    if (this.calls.get(call.id)?.call !== call) return false;
    return this.calls.delete(call.id);
  }
}

const POLICY_NAMES = Object.fromEntries(Object.entries(POLICY).map(([name, number]) => [number, name]));

function named(call: IncomingCall, error: SameboxError): SameboxError {
  return error.with({ details: { target: call.target, member: call.member } });
}
