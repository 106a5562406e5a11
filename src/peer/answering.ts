// One call in the table of those who answer: it runs, or it was answered and may be asked for again.
import type { EncodedBody } from '../frames';
import { KIND, type EndHead, type ErrorHead, type ResultHead } from '../frames/heads';
import type { TableEntry } from './answer-table';
import type { IncomingCall } from './incoming-call';
import type { OutgoingStream } from './outgoing-stream';

/** The frame that answers a call, or ends its stream. */
export type AnswerHead = ResultHead | ErrorHead | EndHead;

/** Progress of one call: the latest, sent when the caller has credit for it. */
export interface OutgoingProgress {
  sent: number;
  granted: number;
  latest: readonly unknown[] | undefined;
}

/** What a caller has got of a call that it claims. */
export interface Received {
  readonly opened: boolean;
  readonly next: number;
  readonly items: number;
  readonly bytes: number;
}

export const NOTHING_RECEIVED: Received = { opened: false, next: 0, items: 0, bytes: 0 };

/** Where a call stands. */
export type CallState = 'waiting' | 'running' | 'streaming' | 'done' | 'failed';

/** An entry of the table. */
export class Answering implements TableEntry {
  readonly id: number;
  readonly target: string;
  readonly member: string;
  kept: number | undefined;
  settled = false;
  idle = false;
  /** Whether its caller is there to hear of it: not between the loss of a connection and his claim on the next. */
  claimed = true;
  stream: OutgoingStream | undefined;
  /** What answers it, once it is answered: kept until the caller has settled it. */
  head: AnswerHead | undefined;
  body: EncodedBody | undefined;
  private latest: OutgoingProgress | undefined;

  /** Until it is answered: its arguments are not kept with the answer. */
  call: IncomingCall | undefined;

  constructor(
    call: IncomingCall,
    /** When it came, in milliseconds of the clock. */
    readonly since: number,
    /** Bytes of its arguments, until it is answered. */
    public bytes: number,
  ) {
    this.call = call;
    ({ id: this.id, target: this.target, member: this.member } = call);
  }

  /** Its progress. The caller has credit for one item to begin with. */
  get progress(): OutgoingProgress {
    return (this.latest ??= { sent: 0, granted: 1, latest: undefined });
  }

  get state(): CallState {
    const { head, stream, call } = this;
    if (head !== undefined) return head[0] === KIND.error ? 'failed' : 'done';
    if (stream !== undefined) return 'streaming';
    return call?.begun === true ? 'running' : 'waiting';
  }
}
