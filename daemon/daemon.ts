// The daemon: targets on one side, sessions on the other, and the way a call takes between them.
import { userInfo } from 'node:os';
import { userLabel } from '../src/native';
import { closest } from '../src/suggest';
import type { TargetSummary } from '../src/description';
import { messageOf, SameboxError } from '../src/errors';
import type { Endpoint } from '../src/endpoint';
import { handoffHouse, type HandoffHouse } from '../src/handoff/handoff';
import { PROTOCOL_VERSION, type MethodDeclaration, type PeerInfo } from '../src/handshake';
import { DEFAULT_LIMITS, type Limits } from '../src/limits';
import { systemClock } from '../src/peer/clock';
import type { Secret } from '../src/secret';
import type { DaemonStatus, LimitStatus, ReloadReport } from '../src/status';
import { VERSION } from '../src/version';
import { IS_WINDOWS } from '../src/os';
import { pipeMembers, type Access } from './access';
import { boxTarget, type BoxTarget } from './box/box-target';
import type { Box } from './box/define-box';
import { exposureOf } from './box/exposure';
import { DAEMON, DaemonTarget } from './daemon-target';
import type { SignatureIndex } from './describe/signature-index';
import { DescriptorWatch } from './descriptor-watch';
import { Drain } from './drain';
import { catchStrayErrors } from './guards/stray-errors';
import { guardProcessExit } from './guards/process-exit';
import { limitUse } from './limit-use';
import { Leases } from './lease/leases';
import type { Listener } from './listen';
import type { Log } from './logging/logger';
import type { LogTail } from './logging/log-tail';
import { LoopDelay } from './loop-delay';
import { LoopWatch } from './loop-watch';
import { Reload, type ReadConfig } from './reload';
import { SecretGate } from './session/challenge';
import { Reception } from './session/reception';
import type { ServedCall } from './target/served-call';
import { Target } from './target/target';

/** What a daemon is made of. */
export interface DaemonParts {
  /** With the name and the socket that it has. */
  readonly box: Box;
  /** The same, as its config states it. */
  readonly stated: Box;
  readonly signatures: SignatureIndex;
  readonly log: Log;
  readonly tail: LogTail;
  readonly access: Access;
  readonly secret: Secret | undefined;
  /** Reads the config of the box again. */
  readonly readConfig: ReadConfig | undefined;
}

/** A daemon that may or may not listen yet. */
export class Daemon {
  readonly log: Log;
  readonly tail: LogTail;
  readonly reception: Reception;
  readonly leases: Leases;
  /** Who may come in, call, and rule. */
  readonly access: Access;
  /** How shared memory is made here, and how much there is of it. */
  readonly handoff: HandoffHouse;
  /** Resolves when the daemon has ended. */
  readonly ended: Promise<void>;
  /** Resolves when it begins to end. */
  readonly drainBegan: Promise<void>;
  private readonly targets = new Map<string, Target>();
  private readonly started = performance.now();
  private readonly loopDelay = new LoopDelay();
  private readonly limits: Limits;
  /** Whether descriptors are left. */
  readonly descriptors: DescriptorWatch;
  private readonly watch = new LoopWatch<ServedCall>(
    () => this.ownTargets.flatMap(({ running }) => [...running]),
    (milliseconds, calls) => this.stoodStill(milliseconds, calls),
  );
  private readonly stray: ReturnType<typeof catchStrayErrors>;
  private readonly unguard = guardProcessExit();
  private readonly draining: Drain;
  private readonly reloads: Reload;
  private listener: Listener | undefined;
  /** Hears of every reload as it begins, whoever has asked for it. */
  onReload: ((report: Promise<ReloadReport>) => void) | undefined;
  /** What it serves. */
  box: Box;

  constructor(private readonly parts: DaemonParts) {
    const { box, log, tail, access, secret } = parts;
    this.box = box;
    this.access = access;
    this.log = log;
    this.tail = tail;
    this.stray = catchStrayErrors(log);
    this.leases = new Leases(
      {
        busy: (target, owner) => this.targets.get(target)?.runsForOthers(owner) ?? false,
        changed: (target) => this.targets.get(target)?.leaseChanged(),
      },
      log,
    );
    this.addTargets(box, parts.signatures);
    this.targets.set(DAEMON, this.ownTarget());
    const limits = (this.limits = limitsOf(box));
    this.handoff = handoffHouse(box.handoff, limits);
    this.reception = new Reception({
      self: this.self(),
      limits,
      handoff: this.handoff,
      methods: this.declarations(),
      dispatch: (served) => this.dispatch(served),
      access,
      gate: secret && new SecretGate(secret),
      onDrain: () => {
        for (const target of this.targets.values()) target.look();
      },
      leases: this.leases,
      log,
    });
    this.descriptors = new DescriptorWatch(log);
    this.draining = new Drain(this, box.drainTimeout);
    this.ended = this.draining.ended;
    this.drainBegan = this.draining.began;
    this.reloads = new Reload(this, parts.stated, parts.readConfig);
  }

  private addTargets(box: Box, signatures: SignatureIndex): void {
    for (const definition of box.targets.values()) {
      const target = new Target(definition, signatures, this.log, systemClock, this.watch, this.leases);
      this.targets.set(definition.name, target);
    }
  }

  private declarations(): Record<string, MethodDeclaration> {
    return declarationsOf([...this.targets.values()].map(({ definition }) => definition));
  }

  /** Reads the config again: see `Reload`. */
  reload(): Promise<ReloadReport> {
    const report = this.reloads.begin();
    this.onReload?.(report);
    return report;
  }

  /**
   * Serves another box from now on. Its targets are not opened yet.
   * @returns the targets that were there: they are the caller's to end.
   * @throws SameboxError `INVALID_ARGUMENT` if the box names a user or group that the machine doesn't know; nothing is done then.
   */
  replace(box: Box, signatures: SignatureIndex): Target[] {
    const members = IS_WINDOWS ? pipeMembers(box) : [];
    this.access.renew(box);
    this.listener?.setMembers(members);
    const before = this.ownTargets;
    const own = this.targetNamed(DAEMON);
    this.targets.clear();
    this.addTargets(box, signatures);
    this.targets.set(DAEMON, own);
    this.draining.timeout = box.drainTimeout;
    if (box.log.level !== undefined && box.log.level !== this.box.log.level) this.log.level = box.log.level;
    this.box = box;
    this.reception.declare(this.declarations());
    return before;
  }

  /** @throws SameboxError `DRAINING` once it is told to end. */
  requireRunning(): void {
    if (this.draining.begun) throw this.draining.reason();
  }

  /** Targets whose places others have taken, with the ends of their objects. */
  get leavingTargets(): ReadonlyMap<Target, Promise<void>> {
    return this.reloads.leaving;
  }

  /** Opens all targets, each by itself: one that fails doesn't stop the others. */
  async openTargets(): Promise<void> {
    await Promise.allSettled([...this.targets.values()].map((target) => target.open()));
  }

  listensAt(listener: Listener): void {
    this.listener = listener;
  }

  /** Where it listens. */
  get endpoint(): Endpoint {
    if (this.listener === undefined) throw new TypeError('the daemon does not listen');
    return this.listener.endpoint;
  }

  /**
   * Ends the daemon in order, once: see `Drain`. Resolves when it has ended.
   * @param timeout milliseconds that running calls get. Default: the box's `drainTimeout`.
   */
  drain(timeout?: number): Promise<void> {
    return this.draining.begin(timeout);
  }

  /** Where a call goes when it has come in. */
  private dispatch(served: ServedCall): void {
    const { call } = served;
    try {
      if (this.draining.refuses(call.target)) throw this.draining.reason();
      const target = this.targetNamed(call.target);
      this.access.check(call, served.session);
      target.submit(served);
    } catch (error) {
      call.reject(SameboxError.from(error));
    }
  }

  /** @throws SameboxError `NO_TARGET` with a suggestion. */
  targetNamed(name: string): Target {
    const target = this.targets.get(name);
    if (target !== undefined) return target;
    const near = closest(name, this.targets.keys());
    throw new SameboxError(
      'NO_TARGET',
      `There is no target "${name}" at ${this.box.name ?? 'this daemon'}.${near === undefined ? '' : ` Did you mean "${near}"?`} See \`samebox list\`.`,
      { details: { target: name, ...(near !== undefined && { suggestion: near }) } },
    );
  }

  /** All targets but `$daemon`. */
  get ownTargets(): Target[] {
    return [...this.targets.values()].filter(({ name }) => name !== DAEMON);
  }

  targetSummaries(): TargetSummary[] {
    return [...this.targets.values()].map((target) => target.summary());
  }

  runningCalls(): number {
    return [...this.targets.values()].reduce((sum, { running }) => sum + running.size, 0);
  }

  status(): DaemonStatus {
    const targets = [...this.targets.values()];
    const count = (name: 'calls' | 'errors'): number =>
      targets.reduce((sum, { counters }) => sum + counters[name], 0);
    const { rss, heapUsed, external } = process.memoryUsage();
    const { connections, refused } = this.reception.counters;
    return {
      version: VERSION,
      protocol: PROTOCOL_VERSION.join('.'),
      pid: process.pid,
      endpoint: this.endpoint.label,
      path: this.endpoint.path,
      user: userOfProcess(),
      uptime: (performance.now() - this.started) / 1000,
      state: this.draining.begun ? 'draining' : 'running',
      logLevel: this.log.level,
      sessions: [...this.reception.sessions.values()].map((session) => session.status()),
      targets: targets.map((target) => target.status()),
      counters: {
        connections,
        refused,
        silent: this.reception.silentConnections,
        calls: count('calls'),
        errors: count('errors'),
        stray: this.stray.count,
      },
      segments: segmentsStatus(this.handoff),
      memory: { rss, heapUsed, external },
      eventLoopDelay: this.loopDelay.read(),
    };
  }

  /** Every limit, and how much of it is in use. */
  limitUse(): LimitStatus[] {
    const { limits, reception, handoff } = this;
    return limitUse({ limits, reception, handoff, targets: [...this.targets.values()] });
  }

  /** Takes no more connections; those that are there stay. */
  async stopListening(): Promise<void> {
    await this.removing('socket', this.listener?.close());
  }

  /** Gives everything free that the daemon holds in its process. */
  async release(): Promise<void> {
    this.loopDelay.stop();
    this.descriptors.stop();
    this.watch.stop();
    this.leases.stop();
    await this.removing('lock file', this.listener?.release());
    this.unguard();
    this.stray.remove();
  }

  /** A file that can't be removed is no reason not to end: the next daemon finds that nobody is behind it. */
  private async removing(what: string, done: Promise<void> | undefined): Promise<void> {
    try {
      await done;
    } catch (error) {
      this.log.warn({ err: error }, `The ${what} could not be removed: ${messageOf(error)}`);
    }
  }

  private stoodStill(milliseconds: number, served: readonly ServedCall[]): void {
    const calls = [...new Set(served.map(({ call }) => `${call.target}.${call.member || call.operation}`))];
    const ms = Math.round(milliseconds);
    this.log.warn(
      { milliseconds: ms, calls },
      `The event loop stood still for ${ms} ms: all targets waited. Under way: ${calls.join(', ')}. Make the one that blocks await, or move the work to a worker.`,
    );
  }

  private ownTarget(): Target {
    const exposure = exposureOf({
      concurrency: Infinity,
      idempotent: [
        'targets',
        'describe',
        'open',
        'status',
        'limits',
        'logLevel',
        'calls',
        'leases',
        'renewLease',
        'echo',
      ],
    });
    const definition = { ...boxTarget('daemon', new DaemonTarget(this)), name: DAEMON, exposure };
    return new Target(definition, this.parts.signatures, this.log);
  }

  private self(): PeerInfo {
    return {
      name: this.box.name ?? 'samebox',
      pid: process.pid,
      language: 'javascript',
      version: VERSION,
    };
  }
}

function segmentsStatus({ budget, published }: HandoffHouse): DaemonStatus['segments'] {
  const sum = { segments: 0, mapped: 0, granted: 0, free: 0 };
  for (const { status } of published) {
    sum.segments += status.segments;
    sum.mapped += status.mapped;
    sum.free += status.free;
    sum.granted += status.mapped - status.free;
  }
  return { segments: budget.count, mapped: budget.taken, limit: budget.bytes, published: sum };
}

/** Also where the user id has no entry, as in a container. */
function userOfProcess(): string {
  const uid = process.geteuid?.();
  return uid === undefined ? userInfo().username : userLabel(uid);
}

function limitsOf(box: Box): Limits {
  return { ...DEFAULT_LIMITS, ...box.limits };
}

/** What clients are told of methods that differ from the defaults. */
function declarationsOf(targets: Iterable<BoxTarget>): Record<string, MethodDeclaration> {
  const declarations: Record<string, MethodDeclaration> = {};
  for (const { name, exposure } of targets) {
    for (const member of new Set([...exposure.timeouts.keys(), ...exposure.idempotent])) {
      const timeout = exposure.timeouts.get(member);
      declarations[`${name}.${member}`] = {
        ...(timeout !== undefined && { timeout }),
        ...(exposure.idempotent.has(member) && { idempotent: true }),
      };
    }
  }
  return declarations;
}
