// A call in the daemon: what its method can know of it, and how it is told that nobody waits any more.
import type { SameboxError } from '../../src/errors';
import { FLAG } from '../../src/frames/heads';
import { lendOut, type Handoff } from '../../src/handoff/handoff';
import type { IncomingCall } from '../../src/peer/incoming-call';
import type { Allocate, CallContext, CallerSession } from '../call-context';

/** A session whose calls wait while it doesn't read what it has got already. */
export interface ServedSession extends CallerSession {
  readonly congested: boolean;
  /** The name under which it outlives its client, if it has one. */
  readonly label?: string | undefined;
  /** Its segments. */
  readonly handoff: Pick<Handoff, 'allocate' | 'publish'>;
}

/** One call, from its arrival to its end. It is the `CallContext` of its method. */
export class ServedCall implements CallContext {
  /** Its place among the calls that run. */
  place = -1;
  /** Promises that belong to the call, beside what its method returned. */
  private awaited: PromiseLike<unknown>[] | undefined;
  private controller: AbortController | undefined;

  constructor(
    readonly call: IncomingCall,
    readonly session: ServedSession,
  ) {}

  /** Whether its method may have begun. Until then nothing of the target has run. */
  get begun(): boolean {
    return this.call.begun;
  }

  /** Whether it rather fails than waits for another's lease. */
  get noWait(): boolean {
    return (this.call.flags & FLAG.noWait) !== 0;
  }

  get target(): string {
    return this.call.target;
  }

  get method(): string {
    return this.call.member;
  }

  get deadline(): number {
    return this.call.deadline;
  }

  /** Made when it is first asked for: most methods never do. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.call.aborted !== undefined) this.controller.abort(this.call.aborted);
    }
    return this.controller.signal;
  }

  // Functions of their own, made when asked for: people write `const { progress } = callContext()`.

  get remaining(): () => number {
    return () => Math.max(0, this.call.deadline - performance.now());
  }

  get progress(): (fraction: number, message?: string) => void {
    return (fraction, message) => this.call.progress(Math.min(1, Math.max(0, fraction)), message);
  }

  get waitUntil(): (promise: PromiseLike<unknown>) => void {
    return (promise) => {
      promise.then(undefined, () => undefined); // Awaited when the method is done; until then a rejection isn't stray.
      (this.awaited ??= []).push(promise);
    };
  }

  get alloc(): Allocate {
    return (shape, dtype) => {
      const allocated = this.session.handoff.allocate(shape, dtype ?? 'float64');
      lendOut(allocated);
      return allocated.array as never;
    };
  }

  /** Whether there is something to wait for beside what the method returned. */
  get waits(): boolean {
    return this.awaited !== undefined;
  }

  /** Waits for all that was given to `waitUntil`, also meanwhile. Gives the first rejection. */
  async settled(): Promise<PromiseRejectedResult | undefined> {
    let failure: PromiseRejectedResult | undefined;
    while (this.awaited !== undefined) {
      const promises = this.awaited;
      this.awaited = undefined;
      const outcomes = await Promise.allSettled(promises);
      failure ??= outcomes.find((outcome) => outcome.status === 'rejected');
    }
    return failure;
  }

  abort(reason: SameboxError): void {
    this.controller?.abort(reason);
  }
}
