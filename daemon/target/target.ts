// A target of the daemon: opens its object, queues its calls, runs them, answers them.
import type { TargetDescription, TargetSummary } from '../../src/description';
import { messageOf, SameboxError } from '../../src/errors';
import { systemClock, type Clock } from '../../src/peer/clock';
import type { TargetStatus } from '../../src/status';
import type { BoxTarget } from '../box/box-target';
import { runInCall } from '../call-context';
import { describeObject, describeTarget, unknownNames } from '../describe/describe-target';
import { exposedProperties } from '../describe/exposed-properties';
import { exposedMembers } from '../describe/members';
import type { SignatureIndex } from '../describe/signature-index';
import type { Log } from '../logging/logger';
import { callFailure } from './call-failure';
import { dispose } from './dispose';
import { Opening } from './opening';
import { actionOf, type Action, type OpenObject } from './perform';
import { Scheduler } from './scheduler';
import type { ServedCall } from './served-call';

/** A method that keeps the event loop from others for this long is named in the log. */
const BLOCKING_MS = 200;

/** Counts since the daemon started. */
export interface TargetCounters {
  calls: number;
  errors: number;
}

export class Target {
  readonly counters: TargetCounters = { calls: 0, errors: 0 };
  readonly opening: Opening;
  /** Calls that run, for status and drain. */
  readonly running = new Set<ServedCall>();
  private readonly whenIdle: (() => void)[] = [];
  private readonly scheduler: Scheduler<ServedCall>;
  private opened: OpenObject | undefined;
  private openingPromise: Promise<OpenObject> | undefined;

  constructor(
    readonly definition: BoxTarget,
    private readonly signatures: SignatureIndex,
    private readonly log: Log,
    clock: Clock = systemClock,
  ) {
    const { concurrency, maxQueue } = definition.exposure;
    this.opening = new Opening(clock);
    this.scheduler = new Scheduler(concurrency, maxQueue, (served) => this.start(served));
  }

  get name(): string {
    return this.definition.name;
  }

  get waiting(): number {
    return this.scheduler.waiting;
  }

  /** Takes a call: it runs now, waits for its turn, or is refused. It is answered in any case. */
  submit(served: ServedCall): void {
    const { call } = served;
    this.counters.calls++;
    call.onAbort = (reason) => {
      if (this.scheduler.remove(served)) this.fail(served, reason.with({ ran: 'no' }));
      else served.abort(reason);
    };
    if (this.scheduler.submit(served)) return;
    const { maxQueue } = this.definition.exposure;
    this.fail(
      served,
      new SameboxError('BUSY', `${this.name} has ${maxQueue} calls waiting (maxQueue)`, {
        details: { target: this.name },
      }),
    );
  }

  /** Rejects all calls that wait. */
  refuseWaiting(reason: SameboxError): void {
    for (const served of this.scheduler.takeWaiting()) this.fail(served, reason.with({ ran: 'no' }));
  }

  /** Opens the object, once at a time. Rejects with `NO_TARGET` if that fails, or failed a moment ago. */
  open(): Promise<OpenObject> {
    if (this.opened !== undefined) return Promise.resolve(this.opened);
    if (this.openingPromise !== undefined) return this.openingPromise;
    if (!this.opening.due) return Promise.reject(this.notOpen());
    this.opening.begin();
    this.openingPromise = this.openNow().finally(() => (this.openingPromise = undefined));
    return this.openingPromise;
  }

  /** Ends the object's life, if it has an end. */
  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    if (opened !== undefined && this.definition.factory) await dispose(opened.object);
  }

  summary(): TargetSummary {
    const { state, reason } = this.opening;
    const about = this.opened && describeObject(this.opened.object, this.signatures);
    return {
      name: this.name,
      state,
      ...(about?.type !== undefined && { type: about.type }),
      ...(about?.summary !== undefined && { summary: about.summary }),
      ...(state === 'failed' && reason && { reason: reason.message }),
    };
  }

  status(): TargetStatus {
    const running = [...this.running].map(
      ({ call, session }) => `${call.member} (${session.name}, pid ${session.pid})`,
    );
    return { ...this.summary(), running, waiting: this.waiting, ...this.counters };
  }

  /** Resolves when no call runs. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  async describe(): Promise<TargetDescription> {
    const { object, members } = await this.open();
    return { ...this.summary(), ...describeTarget(object, members, this.signatures) };
  }

  private async openNow(): Promise<OpenObject> {
    try {
      const object = await this.definition.open();
      const members = exposedMembers(object, this.signatures, this.definition.exposure);
      const unknown = unknownNames(this.name, exposedProperties(object).keys(), this.definition.exposure);
      for (const warning of unknown) this.log.warn(warning);
      this.opened = { object, members };
      this.opening.succeeded();
      this.log.debug({ target: this.name }, `${this.name} is open`);
      return this.opened;
    } catch (error) {
      this.opening.failed(error instanceof Error ? error : new Error(messageOf(error), { cause: error }));
      this.log.error(
        { target: this.name, err: error },
        `${this.name} could not be opened: ${messageOf(error)}`,
      );
      throw this.notOpen();
    }
  }

  private notOpen(): SameboxError {
    const { reason, pause } = this.opening;
    const next =
      pause > 0
        ? `tried again on a call in ${(pause / 1000).toFixed(1)} s or later`
        : 'tried again on the next call';
    return new SameboxError(
      'NO_TARGET',
      `${this.name} could not be opened (${next}): ${reason?.message ?? 'unknown'}`,
      {
        ...(reason && { cause: reason }),
        details: { target: this.name, state: 'failed' },
      },
    );
  }

  private start(served: ServedCall): void {
    this.running.add(served);
    if (this.opened !== undefined) return this.perform(served, this.opened);
    this.open().then(
      (opened) =>
        served.call.aborted === undefined
          ? this.perform(served, opened)
          : this.refuse(served, served.call.aborted),
      (error: unknown) => this.refuse(served, SameboxError.from(error)),
    );
  }

  private perform(served: ServedCall, opened: OpenObject): void {
    let action: Action;
    try {
      action = actionOf(served.call, opened);
    } catch (error) {
      return this.refuse(served, SameboxError.from(error));
    }
    const began = performance.now();
    let value: unknown;
    try {
      value = runInCall(served, action);
    } catch (error) {
      return this.threw(served, error);
    } finally {
      const blocked = performance.now() - began;
      if (blocked > BLOCKING_MS) this.blocked(served, blocked);
    }
    if (isThenable(value) || served.awaited.length > 0) void this.settleLater(served, value);
    else this.returned(served, value, opened);
  }

  private async settleLater(served: ServedCall, returned: unknown): Promise<void> {
    try {
      const value = await returned;
      if (served.awaited.length > 0) await Promise.all(served.awaited);
      this.returned(served, value, this.opened);
    } catch (error) {
      this.threw(served, error);
    }
  }

  private returned(served: ServedCall, value: unknown, opened: OpenObject | undefined): void {
    const { call } = served;
    if (isAsyncIterable(value)) {
      const exclusive = opened?.members.get(call.member)?.exclusive === true;
      const ended = runInCall(served, () => call.stream(value));
      if (!exclusive) return this.finish(served);
      void ended.then(() => this.finish(served));
      return;
    }
    call.resolve(value);
    this.finish(served);
  }

  private threw(served: ServedCall, error: unknown): void {
    const { call } = served;
    this.refuse(served, callFailure(call.target, call.member, error, call.aborted));
  }

  private refuse(served: ServedCall, error: SameboxError): void {
    this.fail(served, error);
    this.finish(served);
  }

  private fail({ call }: ServedCall, error: SameboxError): void {
    this.counters.errors++;
    call.reject(
      error.with({ details: { target: call.target, ...(call.member !== '' && { member: call.member }) } }),
    );
  }

  private finish(served: ServedCall): void {
    this.running.delete(served);
    this.scheduler.finished();
    if (this.running.size === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
  }

  private blocked({ call }: ServedCall, milliseconds: number): void {
    const name = `${call.target}.${call.member}`;
    this.log.warn(
      { target: call.target, method: call.member, milliseconds: Math.round(milliseconds) },
      `${name} blocked the event loop for ${Math.round(milliseconds)} ms: all targets waited. Make it await, or move the work to a worker.`,
    );
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function'
  );
}
