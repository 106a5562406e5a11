// Where connections come in: they say hello, get a welcome and become sessions, or are shown out.
import type { Socket } from 'node:net';
import { SameboxError } from '../../src/errors';
import type { HandoffHouse } from '../../src/handoff/handoff';
import {
  greeting,
  readHello,
  sendWelcome,
  type Hello,
  type MethodDeclaration,
  type PeerInfo,
} from '../../src/handshake';
import type { Limits } from '../../src/limits';
import { peerCredentials, userLabel } from '../../src/native';
import { Connection } from '../../src/peer/connection';
import { systemClock } from '../../src/peer/clock';
import type { LimitStatus } from '../../src/status';
import type { Log } from '../logging/logger';
import { Seldom } from '../logging/seldom';
import { Entrance } from './entrance';
import { Session, type Dispatch } from './session';

/** What a reception needs of its house. */
export interface ReceptionOptions {
  readonly self: PeerInfo;
  readonly limits: Limits;
  /** What clients are told of methods, by `target.method`. */
  readonly methods: Readonly<Record<string, MethodDeclaration>>;
  readonly dispatch: Dispatch;
  /** How segments are made. */
  readonly handoff: HandoffHouse;
  /** A session that was congested has read on: its calls may start. */
  readonly onDrain: () => void;
  readonly log: Log;
}

/** Counts since the daemon started. */
export interface ReceptionCounters {
  connections: number;
  /** Connections that never became a session, or were ended for breaking the protocol. */
  refused: number;
}

export class Reception {
  readonly sessions = new Map<number, Session>();
  readonly counters: ReceptionCounters = { connections: 0, refused: 0 };
  private readonly entrance: Entrance;
  private readonly seldomBusy = new Seldom(60_000, systemClock);
  /** All that are open, silent ones too. */
  private readonly connections = new Set<Connection>();
  private whenEmpty: (() => void) | undefined;
  private lastSession = 0;

  constructor(private readonly options: ReceptionOptions) {
    this.entrance = new Entrance(options.limits);
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

  admit(socket: Socket): void {
    this.counters.connections++;
    const connection = new Connection(socket, 'a client', this.options.limits, 'accepted');
    this.connections.add(connection);
    socket.once('close', () => {
      this.connections.delete(connection);
      if (this.connections.size === 0) this.whenEmpty?.();
    });
    connection.expectGreeting();
    connection.handler = {
      onFrame: (frame) => {
        this.entrance.spoke(connection);
        this.welcome(connection, readHello(frame));
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
    for (const connection of this.connections) connection.end(reason);
    if (this.connections.size > 0) await new Promise<void>((resolve) => (this.whenEmpty = resolve));
  }

  private welcome(connection: Connection, hello: Hello): void {
    const { self, limits, methods, dispatch, log, onDrain, handoff } = this.options;
    connection.peerLimits = hello.limits;
    if (this.sessions.size >= limits.sessions)
      return this.entrance.showOut(connection, tooMany(limits.sessions));
    const credentials = peerCredentials(connection.socket);
    const session = new Session(
      ++this.lastSession,
      hello.peer,
      credentials,
      dispatch,
      limits,
      handoff,
      (gone, reason) => this.left(gone, reason),
      onDrain,
    );
    this.sessions.set(session.id, session);
    const ours = session.handoff.over(connection, credentials?.pid);
    sendWelcome(connection, {
      ...greeting(self, limits, ours.greeting),
      session: { id: session.id, resumed: false },
      methods,
    });
    session.attach(connection);
    ours.greeted(hello.features, hello.handoff);
    log.debug(
      { session: session.id, pid: session.pid, user: session.user },
      `${session.name} (pid ${session.pid}) connected`,
    );
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
    this.sessions.delete(session.id);
    const broken = reason.code !== 'CONNECTION_LOST' && reason.code !== 'DRAINING';
    if (broken) this.counters.refused++;
    this.options.log[broken ? 'warn' : 'debug'](
      { session: session.id, code: reason.code },
      `${session.name} (pid ${session.pid}) left: ${reason.message}`,
    );
  }
}

function tooMany(sessions: number): SameboxError {
  return SameboxError.brief('BUSY', `this daemon has ${sessions} sessions (sessions)`);
}
