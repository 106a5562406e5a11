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
import { peerCredentials, userLabel, type PeerCredentials } from '../../src/native';
import { Connection } from '../../src/peer/connection';
import type { Access } from '../access';
import { SilentConnections } from '../listen';
import type { Log } from '../logging/logger';
import type { SecretGate } from './challenge';
import { Session, type Dispatch } from './session';

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
  private readonly silent = new SilentConnections<Connection>();
  /** All that are open, silent ones too. */
  private readonly connections = new Set<Connection>();
  private whenEmpty: (() => void) | undefined;
  private lastSession = 0;

  constructor(private readonly options: ReceptionOptions) {}

  /** Connections that haven't said hello. */
  get silentConnections(): number {
    return this.silent.size;
  }

  admit(socket: Socket): void {
    const { limits, log } = this.options;
    this.counters.connections++;
    const connection = new Connection(socket, 'a client', limits, 'accepted');
    this.connections.add(connection);
    socket.once('close', () => {
      this.connections.delete(connection);
      if (this.connections.size === 0) this.whenEmpty?.();
    });
    connection.expectGreeting();
    const oldest = this.silent.admit(connection);
    oldest?.end(new SameboxError('BUSY', 'closed: this connection said nothing, and new ones came'));
    const challenge = this.options.gate?.challenge(connection);
    connection.handler = {
      onFrame: (frame) => {
        const hello = challenge === undefined ? readHello(frame) : challenge.take(frame);
        if (hello === undefined) return; // It hasn't proved anything yet, and counts as silent.
        this.silent.spoke(connection);
        this.welcome(connection, hello);
      },
      onEnd: (reason) => {
        this.silent.gone(connection);
        if (reason.code === 'CONNECTION_LOST') return;
        this.counters.refused++;
        log.warn({ code: reason.code }, `A connection was refused: ${reason.message}`);
      },
    };
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
    const { self, limits, methods, dispatch, log, onDrain, handoff, access } = this.options;
    connection.peerLimits = hello.limits;
    const credentials = peerCredentials(connection.socket);
    access.enter({ ...hello.peer, ...(credentials && { user: userLabel(credentials.uid), credentials }) });
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
      { session: session.id, pid: session.pid, user: session.user, ...who(credentials) },
      `${session.name} (pid ${session.pid}) connected`,
    );
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

/** The numbers of a client, for the log. */
function who(credentials: PeerCredentials | undefined): Partial<Omit<PeerCredentials, 'pid'>> {
  if (credentials === undefined) return {};
  const { uid, gid, groups } = credentials;
  return { uid, gid, groups };
}
