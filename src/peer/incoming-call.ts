// One call that came in and has no answer yet.
import { SameboxError } from '../errors';
import { FLAG, type CallHead } from '../frames/heads';
import type { Loan } from '../handoff/loan';
import type { Expiring } from './deadline-heap';

/** Where the answer goes. */
export interface AnswerOutlet {
  result(call: IncomingCall, value: unknown): void;
  stream(call: IncomingCall, iterable: AsyncIterable<unknown>): Promise<void>;
  error(call: IncomingCall, error: SameboxError): void;
  progress(call: IncomingCall, fraction: number, message: string | undefined): void;
}

/** A call to be answered, once: by `resolve`, `stream` or `reject`. What comes after that is ignored. */
export class IncomingCall implements Expiring {
  readonly id: number;
  readonly flags: number;
  readonly target: string;
  readonly member: string;
  /** A number of `POLICY`, should the answer be a stream. */
  readonly policy: number;
  readonly keep: number;
  heapIndex = -1;
  /** Whether something of it may have run. */
  begun = false;
  /** Why nobody waits for the answer any more. */
  aborted: SameboxError | undefined;
  /** Whoever holds the call is told here that nobody waits any more. */
  onAbort: ((reason: SameboxError) => void) | undefined;
  private answered = false;

  constructor(
    head: CallHead,
    /** Positional arguments; with `FLAG.named`, the last is a map of named ones. */
    readonly args: readonly unknown[],
    public deadline: number,
    private readonly outlet: AnswerOutlet,
    /** The large arrays among the arguments: lent until the call is answered. */
    readonly loan: Loan,
  ) {
    [, this.id, this.flags, this.target, this.member, , , this.policy, this.keep] = head;
  }

  get operation(): 'call' | 'get' | 'set' {
    return (this.flags & FLAG.get) !== 0 ? 'get' : (this.flags & FLAG.set) !== 0 ? 'set' : 'call';
  }

  get wantsProgress(): boolean {
    return (this.flags & FLAG.progress) !== 0;
  }

  resolve(value: unknown): void {
    if (this.answer()) this.outlet.result(this, value);
  }

  /** Answers with a stream; resolves when it has ended, whichever way. */
  async stream(iterable: AsyncIterable<unknown>): Promise<void> {
    if (this.answer()) await this.outlet.stream(this, iterable);
  }

  reject(error: SameboxError): void {
    if (this.answer()) this.outlet.error(this, error);
  }

  progress(fraction: number, message?: string): void {
    if (this.wantsProgress && !this.answered) this.outlet.progress(this, fraction, message);
  }

  /** Nobody waits any more: the holder is told, once. */
  abort(reason: SameboxError): void {
    if (this.aborted !== undefined) return;
    this.aborted = reason;
    this.onAbort?.(reason);
  }

  private answer(): boolean {
    if (this.answered) return false;
    return (this.answered = true);
  }
}

/** Why a call is aborted whose deadline has passed. */
export function expired({ target, member }: IncomingCall): SameboxError {
  return new SameboxError('TIMEOUT', `${target}.${member}: the deadline passed`);
}
