// The answering half of a peer: calls that came in, their deadlines, the streams that they gave.
import type { Attachments } from '../cbor/encode';
import { SameboxError } from '../errors';
import type { EncodedBody } from '../frames';
import {
  CANCEL_REASON,
  CHANNEL,
  FLAG,
  POLICY,
  type AckHead,
  type CallHead,
  type CancelHead,
  type ClaimHead,
  type CreditHead,
  type ItemHead,
} from '../frames/heads';
import { isGiven, wasSent } from '../values/given';
import { STREAM_KEEP, type Limits } from '../limits';
import {
  endHead,
  errorBody,
  errorHead,
  hasNotRun,
  itemHead,
  named,
  notKept,
  resultHead,
  streamHead,
} from './answer-frames';
import { AnswerTable, type KeptBudget } from './answer-table';
import { Answering, NOTHING_RECEIVED, type AnswerHead, type Received } from './answering';
import type { CompleteFrame } from './arrivals';
import { systemClock, type Clock } from './clock';
import type { Connection } from './connection';
import { DeadlineTimer } from './deadline-timer';
import { encodeApart, holdable, ownAttachments, ownBytes } from './encode-apart';
import { expired, IncomingCall, type AnswerOutlet } from './incoming-call';
import { OutgoingStream } from './outgoing-stream';
import { payloadSize } from './payload-size';
import { readArguments } from './read-arguments';
import { letGo, Published } from './published';

/** Takes a call that came in, and answers it some time. */
export type Serve = (call: IncomingCall) => void;

/** The calls that the other side of a session makes. */
export class Answerer implements AnswerOutlet {
  private readonly table: AnswerTable<Answering>;
  private readonly deadlines: DeadlineTimer<IncomingCall>;
  private connection: Connection | undefined;
  private argumentBytes = 0;
  /** When the last answer came that nobody was there for. */
  answeredAt = 0;

  constructor(
    private readonly serve: Serve,
    private readonly limits: Pick<
      Limits,
      'argumentBytes' | 'callsInFlight' | 'depth' | 'items' | 'keptBytes' | 'keptResults'
    >,
    private readonly clock: Clock = systemClock,
    budget?: KeptBudget,
  ) {
    this.table = new AnswerTable(limits, budget);
    this.deadlines = new DeadlineTimer(clock, (call) => call.abort(expired(call)));
  }

  /** Calls without an answer, and streams that go on. */
  get pending(): number {
    return this.table.running;
  }

  /** Answers that wait to be acknowledged. */
  get kept(): { readonly results: number; readonly bytes: number } {
    return this.table.kept;
  }

  /** The highest call id that has come. */
  get highest(): number {
    return this.table.highest;
  }

  /** Whether nothing is held. */
  get idle(): boolean {
    return this.table.size === 0;
  }

  /** What is held: calls that run, streams that go on, answers. */
  entries(): Answering[] {
    return [...this.table.all()].sort((one, other) => one.id - other.id);
  }

  /** Bytes of arguments of calls without an answer. */
  get pendingArgumentBytes(): number {
    return this.argumentBytes;
  }

  attach(connection: Connection): void {
    this.connection = connection;
    // Nothing is sent of what was there before until its caller has said what he got of it.
    for (const entry of this.table.all()) entry.claimed = false;
  }

  /** Where an entry's frames go. */
  private to({ claimed }: Answering): Connection | undefined {
    return claimed ? this.connection : undefined;
  }

  /** The connection is lost, the session is not: calls go on, streams wait, answers are kept. */
  suspend(): void {
    this.connection = undefined;
  }

  /** The session is gone: nobody waits for any answer. */
  detach(reason: SameboxError): void {
    this.connection = undefined;
    for (const { call, stream, head } of this.entries()) {
      stream?.stop();
      if (head === undefined) call?.abort(reason.with({ ran: 'maybe' }));
    }
    this.table.clear();
    this.argumentBytes = 0;
    this.deadlines.stop();
  }

  onCall(head: CallHead, { body, attachments, loan }: CompleteFrame): void {
    const [, id, , target, member, budget, acknowledged] = head;
    this.table.acknowledge(0, acknowledged);
    const seen = this.table.see(id);
    if (seen !== 'new') return this.answerAgain(id, seen, NOTHING_RECEIVED);
    const now = this.clock.now();
    let args: unknown[] = [];
    let refusal = this.refusal(head);
    try {
      if (refusal === undefined) args = readArguments(body, attachments, this.limits);
    } catch (error) {
      refusal = SameboxError.from(error);
    }
    if (refusal !== undefined) {
      this.table.unsee(id);
      return this.sendError(id, refusal.with({ ran: 'no', details: { target, member } }));
    }
    const deadline = budget === null ? Infinity : now + budget;
    const call = new IncomingCall(head, args, deadline, this, loan.take());
    const bytes = payloadSize(body, attachments);
    this.table.enter(new Answering(call, now, bytes));
    this.argumentBytes += bytes;
    this.deadlines.insert(call);
    this.serve(call);
  }

  /** Why a call isn't even looked at. */
  private refusal([, , , target, member, budget]: CallHead): SameboxError | undefined {
    const { running } = this.table;
    const { callsInFlight, argumentBytes } = this.limits;
    if (this.argumentBytes > argumentBytes)
      return SameboxError.brief('BUSY', `${this.argumentBytes} bytes of arguments wait (argumentBytes)`);
    if (running >= callsInFlight)
      return SameboxError.brief('BUSY', `${running} calls of this session have no answer (callsInFlight)`);
    if (budget === 0)
      return SameboxError.brief('TIMEOUT', `${target}.${member}: the deadline passed before it came`);
    return undefined;
  }

  /** A caller that has lost its connection still waits for a call, and says what it has got of its stream. */
  onClaim([, id, flags, next, items, bytes]: ClaimHead): void {
    const opened = (flags & FLAG.opened) !== 0;
    this.answerAgain(id, this.table.get(id) ?? 'gone', { opened, next, items, bytes });
  }

  /** What was answered is answered again; what runs will be. */
  private answerAgain(id: number, entry: Answering | 'gone', received: Received): void {
    if (entry === 'gone') return this.sendError(id, this.table.unseen(id) ? hasNotRun(id) : notKept(id));
    const { stream, progress, head, body } = entry;
    entry.claimed = true;
    if (stream !== undefined) {
      if (!received.opened) this.connection?.send(streamHead(id));
      stream.resume(received.next, received.items, received.bytes);
    } else if (entry.call?.wantsProgress === true) {
      progress.sent = received.items;
      progress.granted = received.items + 1;
      this.sendProgress(entry);
    }
    if (head !== undefined) this.connection?.send(head, body, -id);
  }

  /** The caller has settled the calls from one id to another. */
  onAck([, to, , from]: AckHead): void {
    this.table.acknowledge(from, to);
  }

  onCancel([, id, , reason]: CancelHead): void {
    const entry = this.table.get(id);
    this.connection?.dropTransfers(-id);
    if (entry === undefined) return;
    const { call, stream, target, member } = entry;
    stream?.stop();
    if (reason === CANCEL_REASON.left || call === undefined) this.forget(entry);
    const code = reason === CANCEL_REASON.deadline ? 'TIMEOUT' : 'CANCELLED';
    call?.abort(new SameboxError(code, `${target}.${member} was given up by its caller`));
  }

  /** The other side has read on: streams that waited for that go on. */
  onDrain(): void {
    for (const { stream } of this.table.all()) stream?.look();
  }

  onCredit([, id, , channel, items, bytes, received]: CreditHead): void {
    const entry = this.table.get(id);
    if (channel === CHANNEL.result) entry?.stream?.credit(items, bytes, received);
    else if (channel === CHANNEL.progress && entry?.call?.wantsProgress === true) {
      const { progress } = entry;
      progress.granted = Math.max(progress.granted, items);
      this.sendProgress(entry);
    }
  }

  result(call: IncomingCall, value: unknown): void {
    const entry = this.waiting(call);
    if (entry === undefined) return this.endLoan(call);
    try {
      const head = resultHead(call.id);
      const body = { value, root: 'result' };
      const sent = this.to(entry)?.send(head, body, -call.id) ?? encodeApart(body);
      this.keep(entry, head, sent);
      this.gone(call.id, sent.attachments);
    } catch (error) {
      this.answerWith(entry, named(call, SameboxError.from(error).with({ ran: 'yes' })));
    }
    this.endLoan(call);
  }

  error(call: IncomingCall, error: SameboxError): void {
    const entry = this.waiting(call);
    if (entry !== undefined) this.answerWith(entry, error);
    this.endLoan(call);
  }

  /** What an answer carries can't be sent in full. */
  broken(id: number, reason: SameboxError): void {
    const entry = this.table.get(id);
    entry?.stream?.stop();
    if (entry !== undefined) this.forget(entry);
    this.sendError(id, reason.with({ ran: 'yes' }));
  }

  /** The call is answered: its arrays go back, once nothing of them is being sent any more. */
  private endLoan({ id, loan }: IncomingCall): void {
    if (this.connection === undefined) loan.end();
    else this.connection.whenSent(-id, () => loan.end());
  }

  async stream(call: IncomingCall, iterable: AsyncIterable<unknown>): Promise<void> {
    const entry = this.waiting(call);
    const stream = new OutgoingStream(
      {
        ready: () => entry !== undefined && this.to(entry)?.congested === false,
        item: (sequence, value) => this.sendItem(call.id, CHANNEL.result, sequence, value),
        again: (sequence, body) =>
          void this.connection?.send(itemHead(call.id, CHANNEL.result, sequence), body, -call.id),
        end: (count) => {
          const head = endHead(call.id, CHANNEL.result, count);
          if (entry === undefined) return;
          this.to(entry)?.send(head);
          this.keep(entry, head, undefined, stream.held);
        },
        fail: (error) => {
          if (entry === undefined) return;
          const failure = SameboxError.from(error, 'METHOD_FAILED').with({ ran: 'yes' });
          this.answerWith(entry, named(call, failure), stream.held);
        },
      },
      call.policy in POLICY_NAMES ? call.policy : POLICY.block,
      Math.min(Math.max(1, call.keep), STREAM_KEEP),
    );
    if (entry === undefined) stream.stop();
    else if (call.aborted !== undefined) {
      stream.stop();
      this.answerWith(entry, named(call, call.aborted.with({ ran: 'yes' })));
    } else {
      entry.stream = stream;
      this.to(entry)?.send(streamHead(call.id));
    }
    await stream.run(iterable);
    if (entry !== undefined && entry.head === undefined) this.forget(entry);
    await stream.left();
    this.endLoan(call);
  }

  progress(call: IncomingCall, fraction: number, message: string | undefined): void {
    const entry = this.table.get(call.id);
    if (entry?.call !== call) return;
    const { progress } = entry;
    progress.latest = message === undefined ? [fraction] : [fraction, message];
    this.sendProgress(entry);
  }

  private sendProgress(entry: Answering): void {
    const { id, progress } = entry;
    const { latest } = progress;
    if (this.to(entry) === undefined || latest === undefined || progress.sent >= progress.granted) return;
    progress.latest = undefined;
    try {
      this.sendItem(id, CHANNEL.progress, progress.sent, latest);
      progress.sent++;
    } catch {
      return; // A message that can't cross is no reason to fail the call.
    }
  }

  /** Returns the bytes that the item takes, attachments included, and its body, if that may be held. */
  private sendItem(
    id: number,
    channel: number,
    sequence: number,
    value: unknown,
  ): { bytes: number; body?: EncodedBody | undefined } {
    if (this.connection === undefined) {
      letGo(value);
      return { bytes: 0 };
    }
    const head = itemHead(id, channel, sequence);
    if (Published.is(value)) return { bytes: this.sendPublished(head, value, this.connection) };
    const body = this.connection.send(head, { value, root: 'item' }, -id);
    const held = channel === CHANNEL.result ? holdable(body) : undefined;
    const bytes = body.payload; // Before its arrays are gone.
    this.gone(id, body.attachments);
    return { bytes, body: held };
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
      if (!isGiven(buffer)) continue;
      else if (this.connection === undefined) wasSent(buffer);
      else this.connection.whenSent(-id, () => wasSent(buffer));
  }

  private sendError(id: number, error: SameboxError): void {
    this.connection?.dropTransfers(-id);
    this.connection?.send(errorHead(id, error), errorBody(error), -id);
  }

  private answerWith(entry: Answering, error: SameboxError, held = 0): void {
    entry.idle = error.ran === 'no';
    const { id } = entry;
    const body = errorBody(error);
    this.to(entry)?.dropTransfers(-id);
    this.to(entry)?.send(errorHead(id, error), body, -id);
    this.keep(entry, errorHead(id, error), body, held);
  }

  /** An answer is kept until its caller has it, unless it is too large: then the call is known to have run, and no more. */
  private keep(entry: Answering, head: AnswerHead, body: EncodedBody | undefined, held = 0): void {
    if (this.connection === undefined) this.answeredAt = this.clock.now();
    this.argumentBytes -= entry.bytes;
    entry.bytes = 0;
    entry.call = undefined;
    entry.head = head;
    const bytes = held + (body?.payload ?? 0);
    if (body === undefined || bytes > this.limits.keptBytes) return this.table.answered(entry, bytes);
    const mine = this.to(entry) === undefined ? ownAttachments(body) : holdable(body);
    // A small body keeps all of its slab; that is no matter for a few.
    entry.body = mine === body && this.table.keptResults >= FEW ? ownBytes(body) : mine;
    this.table.answered(entry, mine === undefined ? Infinity : bytes);
  }

  /** Takes an entry out of the table, with the weight of its arguments. */
  private forget(entry: Answering): void {
    if (this.table.forget(entry.id) === undefined) return;
    this.argumentBytes -= entry.bytes;
    entry.bytes = 0;
  }

  /** The entry of a call that has no answer yet; `undefined` if nobody waits for it any more. */
  private waiting(call: IncomingCall): Answering | undefined {
    this.deadlines.remove(call);
    const entry = this.table.get(call.id);
    return entry?.call === call && entry.head === undefined ? entry : undefined;
  }
}

/** Kept bodies that may lie in the slabs that they were written to. */
const FEW = 256;

const POLICY_NAMES = Object.fromEntries(Object.entries(POLICY).map(([name, number]) => [number, name]));
