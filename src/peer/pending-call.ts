// One call that was made and has no answer yet.
import type { SameboxError } from '../errors';
import type { EncodedBody, SlowPolicy } from '../frames';
import type { Expiring } from './deadline-heap';
import type { IncomingStream } from './incoming-stream';

/** What a caller asks for. */
export interface CallRequest {
  readonly target: string;
  readonly member: string;
  /** Bits of `FLAG`. */
  readonly flags: number;
  /** The arguments, in order. */
  readonly args: readonly unknown[];
  /** Milliseconds from now; `Infinity` for none. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether it may wait for the next daemon, and be sent again if it can't have run or is idempotent. */
  readonly retry: boolean;
  readonly slow?: SlowPolicy | undefined;
  readonly keep?: number | undefined;
  /** Milliseconds that a stream may give nothing while it is waited for. */
  readonly idle?: number | undefined;
  /** Must not throw: the caller's own edge sees to that. */
  readonly onProgress?: ((fraction: number, message?: string) => void) | undefined;
}

/** An entry of the in-flight table. */
export class PendingCall implements Expiring {
  /** 0 until it is first written. */
  id = 0;
  /** Its place among the calls that were made: they are written in this order. */
  order = 0;
  heapIndex = -1;
  /** Once it is given up: why. A verdict of the other side is awaited for a moment. */
  givenUp: SameboxError | undefined;
  /** What is known of it from before it was written last: `'maybe'` if an earlier connection may have carried it. */
  ran: 'no' | 'maybe' = 'no';
  /** Whether an earlier client has made it: what it asked for is not known here, and can't be sent again. */
  takenUp = false;
  /** Whether it was made anew, under another id, since nobody knew what became of it. */
  madeAnew = false;
  /** The stream that it gave: it stays in the table until that is over. */
  stream: IncomingStream | undefined;
  /** Progress items received: each grants the next. */
  progressItems = 0;
  /** To be called when settled. */
  release: (() => void) | undefined;

  constructor(
    readonly request: CallRequest,
    public deadline: number,
    public body: EncodedBody | undefined,
    private readonly resolve: (value: unknown) => void,
    private readonly reject: (error: SameboxError) => void,
  ) {}

  /** The end of it: nobody hears of it any more. */
  settle(error: SameboxError | undefined, value: unknown): void {
    this.release?.();
    this.release = SETTLED;
    if (error === undefined) this.resolve(value);
    else this.reject(error);
  }

  get settled(): boolean {
    return this.release === SETTLED;
  }

  /** Whether it may have reached the other side. */
  get written(): boolean {
    return this.id !== 0;
  }

  /** How errors call it. */
  get name(): string {
    const { target, member } = this.request;
    return member === '' ? target : `${target}.${member}`;
  }

  /** Tells how far it is; a message that is none is passed over. */
  progress(value: unknown): void {
    const [fraction, message] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof fraction === 'number' && this.givenUp === undefined)
      this.request.onProgress?.(fraction, typeof message === 'string' ? message : undefined);
  }
}

/** What becomes of a call whose session is lost: an error, or it is written again in the next, since it never ran, or can do no harm. */
export type LostPolicy = (call: PendingCall) => SameboxError | 'again' | 'anew';

const SETTLED = (): void => undefined;
