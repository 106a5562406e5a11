// The answering half of a peer: calls that came in, their deadlines, the streams that they gave.
import { decodeValue, type Attachment, type Attachments } from '../cbor';
import { SameboxError } from '../errors';
import { NO_ATTACHMENTS } from '../frames';
import {
  CANCEL_REASON,
  CHANNEL,
  FLAG,
  KIND,
  POLICY,
  type CallHead,
  type CancelHead,
  type CreditHead,
  type ItemHead,
} from '../frames/heads';
import { isGiven, wasSent } from '../values/given';
import { NO_LOAN } from '../handoff/loan';
import { STREAM_KEEP, type Limits } from '../limits';
import { HEAVY_BYTES } from '../segments/mapped-views';
import type { CompleteFrame } from './arrivals';
import { systemClock, type Clock } from './clock';
import type { Connection } from './connection';
import { DeadlineTimer } from './deadline-timer';
import { errorToWire } from './error-body';
import { expired, IncomingCall, type AnswerOutlet } from './incoming-call';
import { OutgoingStream } from './outgoing-stream';
import { payloadSize } from './payload-size';
import { letGo, Published } from './published';

/** Takes a call that came in, and answers it some time. */
export type Serve = (call: IncomingCall) => void;

interface Answering {
  readonly call: IncomingCall;
  /** Bytes of its arguments. */
  readonly bytes: number;
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
  private argumentBytes = 0;

  constructor(
    private readonly serve: Serve,
    private readonly limits: Pick<Limits, 'argumentBytes' | 'callsInFlight' | 'depth' | 'items'>,
    private readonly clock: Clock = systemClock,
  ) {
    this.deadlines = new DeadlineTimer(clock, (call) => call.abort(expired(call)));
  }

  /** Calls without an answer, and streams that go on. */
  get pending(): number {
    return this.calls.size;
  }

  /** Bytes of arguments of calls without an answer. */
  get pendingArgumentBytes(): number {
    return this.argumentBytes;
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
    this.argumentBytes = 0;
    this.deadlines.stop();
  }

  onCall(head: CallHead, { body, attachments, loan }: CompleteFrame): void {
    const [, id, , target, member, budget] = head;
    const deadline = budget === null ? Infinity : this.clock.now() + budget;
    let args: unknown[] = [];
    let refusal = this.refusal(head);
    try {
      if (refusal === undefined) args = readArguments(body, attachments, this.limits);
    } catch (error) {
      refusal = SameboxError.from(error);
    }
    const call = new IncomingCall(head, args, deadline, this, refusal === undefined ? loan.take() : NO_LOAN);
    const bytes = refusal === undefined ? payloadSize(body, attachments) : 0;
    this.calls.set(id, { call, bytes });
    this.argumentBytes += bytes;
    if (refusal !== undefined) return call.reject(refusal.with({ ran: 'no', details: { target, member } }));
    this.deadlines.insert(call);
    this.serve(call);
  }

  /** Why a call isn't even looked at. */
  private refusal([, , , target, member, budget]: CallHead): SameboxError | undefined {
    const { size } = this.calls;
    const { callsInFlight, argumentBytes } = this.limits;
    if (this.argumentBytes > argumentBytes)
      return SameboxError.brief(
        'BUSY',
        `this session has ${this.argumentBytes} bytes of arguments waiting (argumentBytes)`,
      );
    if (size >= callsInFlight)
      return SameboxError.brief('BUSY', `this session has ${size} calls without an answer (callsInFlight)`);
    if (budget === 0)
      return SameboxError.brief('TIMEOUT', `${target}.${member}: the deadline passed before it came`);
    return undefined;
  }

  onCancel([, id, , reason]: CancelHead): void {
    const answering = this.calls.get(id);
    this.connection?.dropTransfers(-id);
    if (answering === undefined) return;
    const { call, stream } = answering;
    stream?.stop();
    if (reason === CANCEL_REASON.left) this.forget(id);
    const deadline = reason === CANCEL_REASON.deadline;
    call.abort(
      new SameboxError(
        deadline ? 'TIMEOUT' : 'CANCELLED',
        `${call.target}.${call.member} was given up by its caller`,
      ),
    );
  }

  /** The other side has read on: streams that waited for that go on. */
  onDrain(): void {
    for (const { stream } of this.calls.values()) stream?.look();
  }

  onCredit([, id, , channel, items, bytes]: CreditHead): void {
    const answering = this.calls.get(id);
    if (channel === CHANNEL.result) answering?.stream?.credit(items, bytes);
    else if (channel === CHANNEL.progress && answering?.call.wantsProgress === true) {
      const progress = progressOf(answering);
      progress.granted = Math.max(progress.granted, items);
      this.sendProgress(id, progress);
    }
  }

  result(call: IncomingCall, value: unknown): void {
    if (!this.take(call)) return this.endLoan(call);
    try {
      const head = [KIND.result, call.id, FLAG.yours, NO_ATTACHMENTS] as const;
      const sent = this.connection?.send(head, { value, root: 'result' }, -call.id);
      if (sent !== undefined) this.gone(call.id, sent.attachments);
    } catch (error) {
      this.sendError(call.id, named(call, SameboxError.from(error).with({ ran: 'yes' })));
    }
    this.endLoan(call);
  }

  error(call: IncomingCall, error: SameboxError): void {
    if (this.take(call)) this.sendError(call.id, error);
    this.endLoan(call);
  }

  /** What an answer carries can't be sent in full. */
  broken(id: number, reason: SameboxError): void {
    this.calls.get(id)?.stream?.stop();
    this.forget(id);
    this.sendError(id, reason.with({ ran: 'yes' }));
  }

  /** The call is answered: its arrays go back, once nothing of them is being sent any more. */
  private endLoan({ id, loan }: IncomingCall): void {
    // V8 looks for garbage when so much memory moves to another buffer: the answer leaves before.
    const end = (): void => void (loan.bytes < HEAVY_BYTES ? loan.end() : setImmediate(() => loan.end()));
    if (this.connection === undefined) end();
    else this.connection.whenSent(-id, end);
  }

  async stream(call: IncomingCall, iterable: AsyncIterable<unknown>): Promise<void> {
    const answering = this.calls.get(call.id);
    this.deadlines.remove(call);
    const stream = new OutgoingStream(
      {
        ready: () => this.connection?.congested !== true,
        item: (sequence, value) => this.sendItem(call.id, CHANNEL.result, sequence, value),
        end: (count) => {
          this.forget(call.id);
          this.connection?.send([KIND.end, call.id, FLAG.yours, CHANNEL.result, count]);
        },
        fail: (error) => {
          this.forget(call.id);
          this.sendError(
            call.id,
            named(call, SameboxError.from(error, 'METHOD_FAILED').with({ ran: 'yes' })),
          );
        },
      },
      call.policy in POLICY_NAMES ? call.policy : POLICY.block,
      Math.min(Math.max(1, call.keep), STREAM_KEEP),
    );
    if (answering?.call !== call) stream.stop();
    else if (call.aborted !== undefined) {
      stream.stop();
      this.error(call, named(call, call.aborted.with({ ran: 'yes' })));
    } else {
      answering.stream = stream;
      this.connection?.send([KIND.result, call.id, FLAG.yours | FLAG.stream, NO_ATTACHMENTS]);
    }
    await stream.run(iterable);
    if (this.calls.get(call.id) === answering) this.forget(call.id);
    await stream.left();
    this.endLoan(call);
  }

  progress(call: IncomingCall, fraction: number, message: string | undefined): void {
    const answering = this.calls.get(call.id);
    if (answering?.call !== call) return;
    const progress = progressOf(answering);
    progress.latest = message === undefined ? [fraction] : [fraction, message];
    this.sendProgress(call.id, progress);
  }

  private sendProgress(id: number, progress: OutgoingProgress): void {
    const { latest } = progress;
    if (latest === undefined || progress.sent >= progress.granted) return;
    progress.latest = undefined;
    try {
      this.sendItem(id, CHANNEL.progress, progress.sent, latest);
      progress.sent++;
    } catch {
      return; // A message that can't cross is no reason to fail the call.
    }
  }

  /** Returns the bytes that the item takes, attachments included. */
  private sendItem(id: number, channel: number, sequence: number, value: unknown): number {
    if (this.connection === undefined) {
      letGo(value);
      return 0;
    }
    const head = [KIND.item, id, FLAG.yours, channel, sequence, NO_ATTACHMENTS] as const;
    if (Published.is(value)) return this.sendPublished(head, value, this.connection);
    const { bytes, attachments } = this.connection.send(head, { value, root: 'item' }, -id);
    const size = payloadSize(bytes, attachments);
    this.gone(id, attachments);
    return size;
  }

  private sendPublished(head: ItemHead, item: Published, connection: Connection): number {
    const id = head[1];
    try {
      connection.send(head, item.body, -id);
    } finally {
      connection.whenSent(-id, () => item.letGo());
    }
    return item.bytes;
  }

  /** What a method has allocated goes with the answer that carries it. */
  private gone(id: number, attachments: Attachments): void {
    for (const { buffer } of attachments)
      if (isGiven(buffer)) this.connection?.whenSent(-id, () => wasSent(buffer));
  }

  private sendError(id: number, error: SameboxError): void {
    if (this.connection === undefined) return;
    const head = [KIND.error, id, FLAG.yours, error.code, error.ran, NO_ATTACHMENTS] as const;
    const { message, ...rest } = errorToWire(error);
    this.connection.dropTransfers(-id);
    try {
      this.connection.send(head, { value: { message, ...rest }, root: 'error' }, -id);
    } catch {
      this.connection.send(head, { value: { message, details: {} }, root: 'error' }, -id);
    }
  }

  /** Takes an entry out of the table, with the weight of its arguments; false if there is none. */
  private forget(id: number): boolean {
    const answering = this.calls.get(id);
    if (answering === undefined) return false;
    this.argumentBytes -= answering.bytes;
    return this.calls.delete(id);
  }

  /** Takes a call out of the table; false if nobody waits for it any more. */
  private take(call: IncomingCall): boolean {
    this.deadlines.remove(call);
    if (this.calls.get(call.id)?.call !== call) return false;
    return this.forget(call.id);
  }
}

const POLICY_NAMES = Object.fromEntries(Object.entries(POLICY).map(([name, number]) => [number, name]));

function progressOf(answering: Answering): OutgoingProgress {
  return (answering.progress ??= { sent: 0, granted: 1, latest: undefined });
}

function readArguments(
  body: Buffer,
  attachments: readonly Attachment[],
  limits: Pick<Limits, 'depth' | 'items'>,
): unknown[] {
  const args = decodeValue(body, attachments, limits);
  if (!Array.isArray(args)) throw new SameboxError('PROTOCOL', 'the body of a call must be an array');
  return args;
}

function named(call: IncomingCall, error: SameboxError): SameboxError {
  return error.with({ details: { target: call.target, member: call.member } });
}
