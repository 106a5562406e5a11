// A target of the daemon: opens its object, queues its calls, runs them, answers them.
import type { TargetDescription, TargetSummary } from '../../src/description';
import { messageOf, SameboxError } from '../../src/errors';
import { systemClock, type Clock } from '../../src/peer/clock';
import { expired } from '../../src/peer/incoming-call';
import type { TargetStatus } from '../../src/status';
import type { BoxTarget } from '../box/box-target';
import { isPromise, isPromiseLike } from '../box/check-options';
import { runInCall, runOutsideCalls } from '../call-context';
import { connectionStateOf } from '../connection-state';
import { describeObject, describeTarget, requireGuarded, unknownNames } from '../describe/describe-target';
import { exposedProperties } from '../describe/exposed-properties';
import { exposedMembers } from '../describe/members';
import type { SignatureIndex } from '../describe/signature-index';
import { readable } from '../guards/readable';
import { leasedBy } from '../lease/lease-stream';
import type { LeaseRule } from '../lease/leases';
import type { Log } from '../logging/logger';
import { BLOCKING_MS, type LoopWatch } from '../loop-watch';
import { callFailure } from './call-failure';
import { dispose } from './dispose';
import { Opening } from './opening';
import { actionOf, type Action, type OpenObject } from './perform';
import { Running } from './running';
import { Scheduler } from './scheduler';
import type { ServedCall } from './served-call';
import { isAsyncIterable, ServedStream } from './served-stream';

/** Counts since the daemon started. */
export interface TargetCounters {
  calls: number;
  errors: number;
}

export class Target {
  readonly counters: TargetCounters = { calls: 0, errors: 0 };
  readonly opening: Opening;
  /** Calls that run, for status and drain. */
  readonly running = new Running<ServedCall>();
  /** Streams of its object that go on. */
  private readonly streams = new Set<ServedStream>();
  private readonly whenIdle: (() => void)[] = [];
  private readonly scheduler: Scheduler<ServedCall>;
  private opened: OpenObject | undefined;
  private closed = false;
  /** Whether it takes no calls any more: then it isn't opened either. */
  private refusing = false;
  private openingPromise: Promise<OpenObject> | undefined;
  /** When the object that it takes the place of is gone: two must not have one port. */
  private free: Promise<void> | undefined;

  constructor(
    readonly definition: BoxTarget,
    private readonly signatures: SignatureIndex,
    private readonly log: Log,
    private readonly clock: Clock = systemClock,
    private readonly watch?: LoopWatch<ServedCall>,
    private readonly leases?: LeaseRule,
  ) {
    const { concurrency, maxQueue } = definition.exposure;
    this.opening = new Opening(clock);
    this.scheduler = new Scheduler(
      concurrency,
      maxQueue,
      (served) => this.start(served),
      (served) => !served.session.congested && this.leaseBefore(served) === undefined,
    );
  }

  get name(): string {
    return this.definition.name;
  }

  get waiting(): number {
    return this.scheduler.waiting;
  }

  /** How many calls may wait. */
  get maxQueue(): number {
    return this.definition.exposure.maxQueue;
  }

  /** Takes a call: it runs now, waits for its turn, or is refused. It is answered in any case. */
  submit(served: ServedCall): void {
    const { call } = served;
    this.counters.calls++;
    call.onAbort = (reason) => {
      if (served.begun) return served.abort(reason);
      this.scheduler.remove(served);
      this.fail(served, reason.with({ ran: 'no' }));
    };
    if (served.noWait && this.refuseLeased(served)) return;
    if (this.scheduler.submit(served)) return;
    this.fail(
      served,
      SameboxError.brief('BUSY', `${this.name} has ${this.maxQueue} calls waiting (maxQueue)`),
    );
  }

  /** A session is no longer congested: its calls may start. */
  look(): void {
    this.scheduler.look();
  }

  /** Whether a call of another session runs. */
  runsForOthers(session: number): boolean {
    for (const served of this.running) if (served.session.id !== session) return true;
    return false;
  }

  /** A lease of this target has come or gone: calls may start, and those that wait for none are refused. */
  leaseChanged(): void {
    const leased = (served: ServedCall): boolean => served.noWait && this.leaseBefore(served) !== undefined;
    for (const served of this.scheduler.takeWaiting(leased)) this.refuseLeased(served);
    this.look();
  }

  /** Rejects all calls that wait, for their turn or for the target to open: it is about to be closed. */
  refuseWaiting(reason: SameboxError): void {
    this.refusing = true;
    for (const { call } of this.scheduler.takeWaiting()) call.abort(reason);
    for (const { begun, call } of this.running) if (!begun) call.abort(reason);
  }

  /** Opens the object, once at a time. Rejects with `NO_TARGET` if that fails, or failed a moment ago. */
  open(): Promise<OpenObject> {
    if (this.closed) return Promise.reject(this.isClosed());
    if (this.opened !== undefined) return Promise.resolve(this.opened);
    if (this.openingPromise !== undefined) return this.openingPromise;
    if (!this.opening.due) return Promise.reject(this.notOpen());
    this.opening.begin();
    this.openingPromise = (this.free === undefined ? this.openNow() : this.openWhenFree(this.free)).finally(
      () => (this.openingPromise = undefined),
    );
    return this.openingPromise;
  }

  /** Opens the object at once if it isn't open, however long ago that failed. Never rejects: the summary tells. */
  async wake(): Promise<TargetSummary> {
    await this.openingPromise?.catch(() => undefined); // It began before there was reason to wake it.
    this.opening.hurry();
    await this.open().catch(() => undefined);
    return this.summary();
  }

  /**
   * Takes the place of `before`: its counts, and its waiting calls in their order.
   * @param free when the object of `before` is closed; this one's is opened then.
   */
  succeed(before: Target, free: Promise<void>): void {
    this.free = free;
    const waiting = before.scheduler.takeWaiting();
    this.counters.calls = before.counters.calls - waiting.length;
    this.counters.errors = before.counters.errors;
    for (const served of waiting) this.submit(served);
  }

  /**
   * Ends the object's life, if it has an end. It isn't opened again; one that is just being opened is awaited.
   * @param reason what readers of its streams are told. Default: nothing, their connections are closed.
   */
  async close(reason?: SameboxError): Promise<void> {
    this.closed = true;
    await this.openingPromise?.catch(() => undefined);
    if (reason !== undefined) for (const stream of this.streams) stream.fail(reason);
    const { opened } = this;
    this.opened = undefined;
    if (opened !== undefined && this.definition.factory) await dispose(opened.object);
  }

  summary(): TargetSummary {
    const { state, reason } = this.opening;
    const about = this.opened && describeObject(this.opened.object, this.signatures);
    const connection = this.opened && connectionStateOf(this.opened.object);
    const lease = this.leases?.holder(this.name);
    return {
      name: this.name,
      state,
      ...(about?.type !== undefined && { type: about.type }),
      ...(about?.summary !== undefined && { summary: about.summary }),
      ...connection,
      ...(state === 'failed' && reason && { reason: reason.message }),
      ...(lease && { lease }),
    };
  }

  status(): TargetStatus {
    const running = [...this.running].map(
      ({ call, session }) => `${call.member || call.operation} (${session.name}, pid ${session.pid})`,
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

  private async openWhenFree(free: Promise<void>): Promise<OpenObject> {
    await free;
    this.free = undefined;
    if (this.closed || this.refusing) throw this.isClosed();
    return this.openNow();
  }

  private async openNow(): Promise<OpenObject> {
    try {
      const given = runOutsideCalls(() => this.definition.open());
      const object = isPromise(given) ? ((await given) as object) : given;
      const members = exposedMembers(object, this.signatures, this.definition.exposure);
      const properties = [...exposedProperties(object).keys()];
      await this.requireGuarded(object, properties);
      const unknown = unknownNames(this.name, properties, this.definition.exposure);
      for (const warning of unknown) this.log.warn(warning);
      this.opened = { object, members };
      this.opening.succeeded();
      this.log.debug({ target: this.name }, `${this.name} is open`);
      return this.opened;
    } catch (thrown) {
      const error = readable(thrown);
      this.opening.failed(error instanceof Error ? error : new Error(messageOf(error), { cause: error }));
      // A mistake in the config needs its stack; what an instrument says of itself is said in full by its message.
      const mistake =
        error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
      const facts = { target: this.name, ...(mistake && { err: error }) };
      this.log.error(facts, `${this.name} could not be opened: ${messageOf(error)}`);
      if (!mistake)
        this.log.debug({ target: this.name, err: error }, `${this.name}: where its opening failed`);
      throw this.notOpen();
    }
  }

  /** An object that isn't guarded as the config means it is not kept. */
  private async requireGuarded(object: object, properties: readonly string[]): Promise<void> {
    try {
      requireGuarded(this.name, properties, this.definition.exposure);
    } catch (error) {
      if (this.definition.factory) await dispose(object);
      throw error;
    }
  }

  private isClosed(): SameboxError {
    return new SameboxError('DRAINING', `${this.name} is closed`);
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
      (opened) => this.perform(served, opened),
      (error: unknown) =>
        served.call.aborted === undefined
          ? this.refuse(served, SameboxError.from(error))
          : this.finish(served),
    );
  }

  private perform(served: ServedCall, opened: OpenObject): void {
    const { call } = served;
    // The timer may be late, where the event loop was blocked.
    const now = this.clock.now();
    if (call.deadline <= now) call.abort(expired(call));
    if (call.aborted !== undefined) return this.finish(served);
    let action: Action;
    try {
      action = actionOf(served.call, opened);
    } catch (error) {
      return this.refuse(served, SameboxError.from(error));
    }
    call.begun = true;
    runInCall(served, () => this.run(served, action, opened, now));
  }

  private run(served: ServedCall, action: Action, opened: OpenObject, began: number): void {
    let value: unknown;
    try {
      value = action();
    } catch (error) {
      if (served.waits) return void this.settleLater(served, undefined, opened, { reason: error });
      return this.threw(served, error);
    } finally {
      const blocked = this.clock.now() - began;
      if (blocked > BLOCKING_MS) this.blocked(served, blocked);
    }
    if (served.waits || isPromiseLike(value)) {
      this.watch?.begin(served);
      void this.settleLater(served, value, opened);
    } else this.returned(served, value, opened);
  }

  private async settleLater(
    served: ServedCall,
    returned: unknown,
    opened: OpenObject,
    failure?: { reason: unknown },
  ): Promise<void> {
    let value: unknown;
    try {
      value = await returned;
    } catch (reason) {
      failure = { reason };
    }
    if (served.waits) {
      const another = await served.settled();
      failure ??= another;
    }
    if (failure === undefined) this.returned(served, value, opened);
    else this.threw(served, failure.reason);
  }

  private returned(served: ServedCall, value: unknown, opened: OpenObject): void {
    const { call } = served;
    if (isAsyncIterable(value)) {
      const stream = new ServedStream(served, value);
      this.streams.add(stream);
      const ended = call.stream(stream);
      void ended.then(() => this.streams.delete(stream));
      if (opened.members.get(call.member)?.exclusive !== true) return this.finish(served);
      void ended.then(() => stream.left()).then(() => this.finish(served));
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
    const own = { target: call.target, ...(call.member !== '' && { member: call.member }) };
    call.reject(error.with({ details: { ...own, ...error.details } })); // `$daemon` may speak of another target.
  }

  private finish(served: ServedCall): void {
    this.running.delete(served);
    this.leases?.look(this.name);
    this.scheduler.finished();
    if (this.running.size === 0 && this.whenIdle.length > 0)
      for (const resolve of this.whenIdle.splice(0)) resolve();
  }

  private leaseBefore({ session }: ServedCall): ReturnType<LeaseRule['before']> {
    return this.leases?.before(this.name, session.id);
  }

  /** Answers a call that would have to wait for a lease; false if it wouldn't. */
  private refuseLeased(served: ServedCall): boolean {
    const lease = this.leaseBefore(served);
    if (lease === undefined) return false;
    this.fail(served, leasedBy(lease.status));
    return true;
  }

  private blocked({ call }: ServedCall, milliseconds: number): void {
    this.watch?.settle();
    const name = `${call.target}.${call.member || call.operation}`;
    this.log.warn(
      { target: call.target, method: call.member, milliseconds: Math.round(milliseconds) },
      `${name} blocked the event loop for ${Math.round(milliseconds)} ms: all targets waited. Make it await, or move the work to a worker.`,
    );
  }
}
