// A client's session as the daemon sees it: who it is, what it does, and how it waits for a client that lost its socket.
import { randomBytes } from 'node:crypto';
import { Handoff, type HandoffHouse } from '../../src/handoff/handoff';
import type { PeerInfo, SessionGrant } from '../../src/handshake';
import {
  groupLabel,
  lifeOf,
  markProcess,
  pidToMark,
  userLabel,
  type PeerCredentials,
  type ProcessMark,
} from '../../src/native';
import { SameboxError } from '../../src/errors';
import { CANCEL_REASON, KIND } from '../../src/frames';
import type { Limits } from '../../src/limits';
import type { KeptBudget } from '../../src/peer/answer-table';
import type { Connection } from '../../src/peer/connection';
import type { IncomingCall } from '../../src/peer/incoming-call';
import { Peer } from '../../src/peer/peer';
import type { CallStatus, SessionStatus } from '../../src/status';
import { ServedCall, type ServedSession } from '../target/served-call';
import { Absence, type Remains } from './absence';
import type { Owner, Resumable } from './session-table';

/** Where a session's calls go. */
export type Dispatch = (served: ServedCall) => void;

/** What a session needs of its house. */
export interface SessionHouse {
  readonly dispatch: Dispatch;
  readonly limits: Limits;
  readonly handoff: HandoffHouse;
  /** Bytes of answers that all sessions keep. */
  readonly kept: KeptBudget;
  /** It was congested, and has read on: its calls may start. */
  readonly onDrain: () => void;
  /** Its socket is lost; it waits for its client. */
  readonly onCut: (session: Session, reason: SameboxError) => void;
  /** Its client is back. */
  readonly onResumed: (session: Session) => void;
  /** Its client is gone: what it held is free. A named session may go on. */
  readonly onClientGone: (session: Session) => void;
  /** It is over. */
  readonly onOver: (session: Session, reason: SameboxError) => void;
}

/** Who a client is. */
export interface ClientIdentity {
  readonly info: PeerInfo;
  readonly credentials: PeerCredentials | undefined;
}

/** One session. Its calls know it as their `CallerSession`. */
export class Session implements ServedSession, Resumable {
  readonly since = Date.now();
  /** The user, as the kernel names it. */
  user?: string;
  readonly peer: Peer;
  /** Large payloads to and from it. Files that it made aren't trusted. */
  readonly handoff: Handoff;
  token = randomBytes(32);
  private client!: ClientIdentity;
  private process: ProcessMark | undefined;
  private calls = 0;
  /** Whether the client has said that it leaves. */
  private left = false;
  /** Whether the client can come back. */
  private resumable = false;
  private absence: Absence | undefined;
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  constructor(
    readonly id: number,
    /** The name under which it outlives its client. */
    readonly label: string | undefined,
    client: ClientIdentity,
    private readonly house: SessionHouse,
  ) {
    const { dispatch, limits, handoff, kept, onDrain } = house;
    this.handoff = new Handoff(handoff, false);
    const serve = (call: IncomingCall): void => {
      this.calls++;
      dispatch(new ServedCall(call, this));
    };
    const events = {
      onGoaway: () => void (this.left = true),
      onEnd: (reason: SameboxError) => this.lost(reason),
      onDrain,
    };
    this.peer = new Peer(serve, events, limits, undefined, kept);
    this.identify(client);
  }

  get name(): string {
    return this.client.info.name;
  }

  get pid(): number {
    return this.client.credentials?.pid || this.client.info.pid;
  }

  /** What the kernel knows of its client. */
  get credentials(): PeerCredentials | undefined {
    return this.client.credentials;
  }

  get owner(): Owner {
    return ownerOf(this.client);
  }

  get connected(): boolean {
    return this.peer.connection !== undefined;
  }

  /** Whether its client is there. One that was killed may have left a socket that nobody has read to its end. */
  get attended(): boolean {
    return this.connected && !this.left && this.life !== 'dead';
  }

  get spare(): boolean {
    return !this.connected && this.peer.answerer.idle;
  }

  private get life(): 'alive' | 'dead' | 'unknown' {
    return this.process === undefined ? 'unknown' : lifeOf(this.process);
  }

  /** What the welcome says of it. */
  grant(resumed: boolean, resumable: boolean): SessionGrant {
    const { id, token, house, peer } = this;
    this.resumable = resumable;
    const window = house.limits.resumeWindow;
    if (!resumable) return { id, resumed: false, window, seen: 0, held: [] };
    const held = peer.answerer.entries().map((entry) => entry.id);
    return { id, resumed, token, window, seen: peer.answerer.highest, held };
  }

  /** Its first connection. */
  attach(connection: Connection): void {
    this.peer.attach(connection);
  }

  /** Its client is back on another connection: nothing of the old one counts any more. */
  resume(connection: Connection, client: ClientIdentity): void {
    this.peer.leave(new SameboxError('CONNECTION_LOST', 'the session was taken up on another connection'));
    this.stay();
    this.identify(client); // Its groups may be others by now.
    this.peer.attach(connection);
    this.house.onResumed(this);
  }

  /** Another client takes it up under its name, see `resume`: the old one's token is worth nothing from now on. */
  changeHands(): void {
    this.clientGone();
    this.token = randomBytes(32);
  }

  /** Ends it at once. */
  end(reason: SameboxError): void {
    if (this.over) return;
    this.over = true;
    this.stay();
    this.house.onClientGone(this);
    this.peer.answerer.detach(reason);
    this.handoff.close();
    this.house.onOver(this, reason);
  }

  /** Whether it doesn't read what it has got already: none of its calls is started then. */
  get congested(): boolean {
    return this.peer.connection?.congested === true;
  }

  /** Its calls that run or wait, and answers that are kept; `$daemon`'s own are not among them. */
  callStatus(): CallStatus[] {
    const now = performance.now();
    return this.peer.answerer
      .entries()
      .filter(({ target, settled }) => !settled && !target.startsWith('$'))
      .map(({ id, target, member, since, state }) => ({
        session: this.label ?? this.id,
        id,
        target,
        member,
        state,
        age: (now - since) / 1000,
      }));
  }

  status(): SessionStatus {
    const { id, name, pid, user, credentials, since, calls, label, peer } = this;
    const { language, version } = this.client.info;
    const noLane = peer.connection?.lane?.refusal;
    return {
      id,
      name,
      pid,
      ...(user !== undefined && { user }),
      ...(credentials && identity(credentials)),
      language,
      version,
      state: this.connected ? 'connected' : 'waiting',
      latency: peer.connection?.latency ?? 'normal',
      ...(noLane !== undefined && { noLane }),
      ...(label !== undefined && { session: label }),
      since,
      calls,
      pending: peer.answerer.pending,
      kept: peer.answerer.kept,
      pendingBytes: peer.connection?.pendingBytes ?? 0,
      handoff: peer.connection?.handoff?.status() ?? { out: NOT_CONNECTED, in: NOT_CONNECTED },
    };
  }

  /** A client that leaves, that broke the protocol or that can't come back takes an anonymous session with it. */
  private lost(reason: SameboxError): void {
    const { limits, onCut } = this.house;
    this.peer.answerer.suspend();
    const away = this.left || !this.resumable || reason.code !== 'CONNECTION_LOST';
    if (away && this.label === undefined) return this.end(reason);
    this.left = false;
    const age = this.label === undefined ? undefined : limits.namedResultAge;
    this.absence = new Absence({ window: away ? 0 : limits.resumeWindow, age }, performance.now());
    onCut(this, reason);
    this.look(reason);
  }

  private look(reason: SameboxError): void {
    const { absence } = this;
    if (absence === undefined) return;
    const verdict = absence.verdict(performance.now(), this.life, this.remains());
    if (verdict === 'over') return this.end(reason);
    if (verdict === 'gone') this.clientGone();
    this.timer = setTimeout(() => this.look(reason), absence.pause).unref();
  }

  /** A stream waits to be collected, as an answer does: it goes on when somebody reads it. */
  private remains(): Remains {
    const { answerer } = this.peer;
    if (answerer.idle) return { running: 0, kept: 0, answeredAt: answerer.answeredAt };
    const states = answerer.entries().map(({ state }) => state);
    const running = states.filter((state) => state === 'waiting' || state === 'running').length;
    return { running, kept: states.length - running, answeredAt: answerer.answeredAt };
  }

  /** What it held for its client is free, and what it asked of the daemon itself nobody waits for. */
  private clientGone(): void {
    this.house.onClientGone(this);
    const { answerer } = this.peer;
    for (const { id, target } of answerer.entries())
      if (target.startsWith('$')) answerer.onCancel([KIND.cancel, id, 0, CANCEL_REASON.left]);
  }

  private identify(client: ClientIdentity): void {
    const { info, credentials } = client;
    this.client = client;
    if (credentials !== undefined) this.user = userLabel(credentials.uid);
    const pid = pidToMark(credentials?.pid, info.pid);
    this.process = pid === undefined ? undefined : markProcess(pid);
  }

  private stay(): void {
    clearTimeout(this.timer);
    this.absence = undefined;
  }
}

/** Whose a session would be that this client begins. */
export function ownerOf({ info, credentials }: ClientIdentity): Owner {
  return { uid: credentials?.uid, pid: credentials?.pid, stated: info.pid };
}

/** Numbers, and groups with their names. */
function identity({ uid, gid, groups }: PeerCredentials): Pick<SessionStatus, 'uid' | 'gid' | 'groups'> {
  return { uid, gid, groups: groups.map((group) => ({ gid: group, name: groupLabel(group) })) };
}

const NOT_CONNECTED = {
  way: 'inline',
  reason: 'not connected',
  segments: 0,
  mapped: 0,
  granted: 0,
  free: 0,
} as const;
