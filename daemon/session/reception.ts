// Where connections come in: they say hello, get a welcome and become sessions, or are shown out.
import type { Socket } from 'node:net';
import { SameboxError } from '../../src/errors';
import type { HandoffHouse } from '../../src/handoff/handoff';
import {
  greeting,
  readHello,
  RESUME,
  sendWelcome,
  type Hello,
  type MethodDeclaration,
  type PeerInfo,
} from '../../src/handshake';
import { Heat } from '../../src/latency/heat';
import { canKeepHot, HotLoop, LOW_LATENCY } from '../../src/latency/hot-loop';
import { LANE } from '../../src/latency/latency';
import type { Limits } from '../../src/limits';
import { peerCredentials, userLabel, type PeerCredentials } from '../../src/native';
import { KeptBudget } from '../../src/peer/answer-table';
import { Connection } from '../../src/peer/connection';
import { systemClock } from '../../src/peer/clock';
import type { CallStatus, LimitStatus } from '../../src/status';
import type { Access } from '../access';
import type { Leases } from '../lease/leases';
import type { Log } from '../logging/logger';
import { Seldom } from '../logging/seldom';
import type { SecretGate } from './challenge';
import { Entrance } from './entrance';
import { ownerOf, Session, type Dispatch, type SessionHouse } from './session';
import { SessionTable, type Found } from './session-table';
import { Turnstile } from './turnstile';

/** What a reception needs of its house. */
export interface ReceptionOptions {
  readonly self: PeerInfo;
  readonly limits: Limits;
  /** What clients are told of methods, by `target.method`. */
  readonly methods: Readonly<Record<string, MethodDeclaration>>;
  readonly dispatch: Dispatch;
  /** Who may come in. */
  readonly access: Access;
  /** The secret that clients have to know, if there is one. */
  readonly gate: SecretGate | undefined;
  /** How segments are made. */
  readonly handoff: HandoffHouse;
  /** A session that was congested has read on: its calls may start. */
  readonly onDrain: () => void;
  /** What is told which sessions are cut off, back, gone and over. */
  readonly leases: Pick<Leases, 'forget' | 'gone' | 'resume' | 'suspend'>;
  readonly log: Log;
}

/** Counts since the daemon started. */
export interface ReceptionCounters {
  connections: number;
  /** Connections that never became a session, or were ended for breaking the protocol. */
  refused: number;
}

export class Reception {
  private readonly table = new SessionTable<Session>();
  readonly counters: ReceptionCounters = { connections: 0, refused: 0 };
  private readonly entrance: Entrance;
  private readonly seldomBusy = new Seldom(60_000, systemClock);
  /** All that are open, silent ones too. */
  private readonly connections = new Set<Connection>();
  private readonly turnstile = new Turnstile<Socket>((socket) => this.takeIn(socket));
  private closed = false;
  private whenEmpty: (() => void) | undefined;
  private readonly house: SessionHouse;
  private readonly hot: HotLoop;

  private methods: ReceptionOptions['methods'];

  constructor(private readonly options: ReceptionOptions) {
    this.methods = options.methods;
    const { dispatch, limits, handoff, onDrain, leases, log } = options;
    this.entrance = new Entrance(limits);
    this.hot = new HotLoop(new Heat(limits.hotPercent / 100));
    this.house = {
      dispatch,
      limits,
      handoff,
      onDrain,
      kept: new KeptBudget(limits.keptTotalBytes),
      onCut: (session, reason) => {
        leases.suspend(session.id);
        log.debug(
          factsOf(session, reason),
          `${session.name} (pid ${session.pid}) is cut off: ${reason.message}`,
        );
      },
      onResumed: (session) => {
        leases.resume(session.id);
        log.debug(factsOf(session), `${session.name} (pid ${session.pid}) is back`);
      },
      onClientGone: (session) => leases.gone(session.id),
      onOver: (session, reason) => this.left(session, reason),
    };
  }

  /** All sessions, by number: those whose clients are there, and those that wait for theirs. */
  get sessions(): ReadonlyMap<number, Session> {
    return this.table.all;
  }

  /** Answers that all sessions keep. */
  get kept(): KeptBudget {
    return this.house.kept;
  }

  /** Connections that haven't said hello. */
  get silentConnections(): number {
    return this.entrance.silentConnections;
  }

  /** How many connections the user with the most has. */
  mostConnected(): Pick<LimitStatus, 'of' | 'use'> {
    const most = this.entrance.most();
    if (most === undefined) return { use: 0 };
    return { use: most.count, of: most.user === undefined ? 'an unknown user' : userLabel(most.user) };
  }

  /** The calls that a session has, or that all sessions of its user have. */
  calls(id: number, all: boolean): CallStatus[] {
    const own = this.table.all.get(id);
    return [...this.table.all.values()]
      .filter((session) => session === own || (all && session.owner.uid === own?.owner.uid))
      .flatMap((session) => session.callStatus());
  }

  /** What clients that come from now on are told of methods. */
  declare(methods: ReceptionOptions['methods']): void {
    this.methods = methods;
  }

  /** A connection, of which nothing was read yet. */
  admit(socket: Socket): void {
    this.turnstile.enter(socket);
  }

  private takeIn(socket: Socket): void {
    if (this.closed) return void socket.destroy();
    this.counters.connections++;
    const connection = new Connection(socket, 'a client', this.options.limits, 'accepted');
    this.connections.add(connection);
    socket.once('close', () => {
      this.connections.delete(connection);
      if (this.connections.size === 0) this.whenEmpty?.();
    });
    connection.expectGreeting();
    const challenge = this.options.gate?.challenge(connection);
    connection.handler = {
      onFrame: (frame) => {
        const hello = challenge === undefined ? readHello(frame) : challenge.take(frame);
        if (hello === undefined) return; // It hasn't proved anything yet, and counts as silent.
        this.entrance.spoke(connection);
        this.welcome(connection, hello);
      },
      onEnd: (reason) => {
        this.entrance.gone(connection);
        if (reason.code !== 'CONNECTION_LOST') this.refused(reason);
      },
    };
    this.entrance.admit(connection, peerCredentials(socket)?.uid);
  }

  /** Tells all sessions that the daemon goes away. */
  sayGoodbye(reason: SameboxError): void {
    for (const { peer } of this.sessions.values()) peer.goaway(reason);
  }

  /** Ends all connections, in order; resolves when they are gone, at the latest after the moment that `end` gives them. */
  async close(reason: SameboxError): Promise<void> {
    this.closed = true;
    for (const connection of this.connections) connection.end(reason);
    if (this.connections.size > 0) await new Promise<void>((resolve) => (this.whenEmpty = resolve));
    for (const session of [...this.table.all.values()]) session.end(reason);
  }

  private welcome(connection: Connection, hello: Hello): void {
    const { self, limits, log, access, handoff } = this.options;
    connection.peerLimits = hello.limits;
    const credentials = peerCredentials(connection.socket);
    access.enter({ ...hello.peer, ...(credentials && { user: userLabel(credentials.uid), credentials }) });
    const client = { info: hello.peer, credentials };
    const resumable = hello.features.includes(RESUME);
    const found: Found<Session> | undefined = resumable
      ? this.table.find(hello.session, ownerOf(client))
      : undefined;
    if (found === undefined && this.sessions.size >= limits.sessions && !this.makeRoom())
      return this.entrance.showOut(connection, tooMany(limits.sessions));
    const session =
      found?.session ??
      new Session(this.table.nextId, resumable ? hello.session.name : undefined, client, this.house);
    if (found === undefined) this.table.add(session);
    else if (found.by === 'name') session.changeHands();
    const ours = session.handoff.over(connection, credentials?.pid);
    const granted = this.grantLatency(connection, hello.features, session);
    sendWelcome(connection, {
      ...greeting(self, limits, ours.greeting, granted),
      session: session.grant(found !== undefined, resumable),
      methods: this.methods,
    });
    if (found === undefined) session.attach(connection);
    else session.resume(connection, client);
    if (granted.includes(LANE)) {
      const lane = connection.wantLane(this.hot, credentials?.pid);
      ours.onProved = (refusal) => lane.offer(handoff.maker, refusal);
    }
    ours.greeted(hello.features, hello.handoff);
    if (found === undefined)
      log.debug(
        { ...factsOf(session), ...who(credentials) },
        `${session.name} (pid ${session.pid}) connected`,
      );
  }

  /** The features of it that a client gets of those it asks for. */
  private grantLatency(connection: Connection, asked: readonly string[], session: Session): string[] {
    if (!asked.includes(LOW_LATENCY) || !this.canKeepHotFor(session)) return [];
    connection.hot = this.hot;
    return asked.includes(LANE) ? [LOW_LATENCY, LANE] : [LOW_LATENCY];
  }

  /** Connected sessions for which the event loop is kept hot. */
  get lowLatencySessions(): number {
    return this.keptHot().length;
  }

  private keptHot(): Session[] {
    return [...this.sessions.values()].filter(({ peer }) => peer.connection?.hot !== undefined);
  }

  private canKeepHotFor(session: Session): boolean {
    const others = this.keptHot().filter((other) => other !== session);
    return canKeepHot() && others.length < this.options.limits.lowLatencySessions;
  }

  /** Who opens sessions and leaves them keeps nobody out. */
  private makeRoom(): boolean {
    const spare = this.table.oldestSpare();
    spare?.end(new SameboxError('CONNECTION_LOST', 'another client needed its place (sessions)'));
    return spare !== undefined;
  }

  private refused({ code, message }: SameboxError): void {
    this.counters.refused++;
    // Who is told to come later often comes at once.
    const count = code === 'BUSY' ? this.seldomBusy.count() : 1;
    if (count === undefined) return;
    const more = count > 1 ? ` (${count} since this was last said)` : '';
    this.options.log.warn({ code }, `A connection was refused: ${message}${more}`);
  }

  private left(session: Session, reason: SameboxError): void {
    this.table.remove(session);
    this.options.leases.forget(session.id);
    const broken = reason.code !== 'CONNECTION_LOST' && reason.code !== 'DRAINING';
    if (broken) this.counters.refused++;
    this.options.log[broken ? 'warn' : 'debug'](
      factsOf(session, reason),
      `${session.name} (pid ${session.pid}) left: ${reason.message}`,
    );
  }
}

function factsOf({ id, pid, user, label }: Session, reason?: SameboxError): object {
  return {
    session: id,
    pid,
    user,
    ...(label !== undefined && { label }),
    ...(reason && { code: reason.code }),
  };
}

/** The numbers of a client, for the log. */
function who(credentials: PeerCredentials | undefined): Partial<Omit<PeerCredentials, 'pid'>> {
  if (credentials === undefined) return {};
  const { uid, gid, groups } = credentials;
  return { uid, gid, groups };
}

function tooMany(sessions: number): SameboxError {
  return SameboxError.brief('BUSY', `this daemon has ${sessions} sessions (sessions)`);
}
