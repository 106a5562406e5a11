// A client's session as the daemon sees it: who it is, what it does.
import { Handoff, type HandoffHouse } from '../../src/handoff/handoff';
import type { PeerInfo } from '../../src/handshake';
import type { PeerCredentials } from '../../src/native';
import { groupLabel, userLabel } from '../../src/native';
import type { SameboxError } from '../../src/errors';
import type { Limits } from '../../src/limits';
import type { Connection } from '../../src/peer/connection';
import type { IncomingCall } from '../../src/peer/incoming-call';
import { Peer } from '../../src/peer/peer';
import type { SessionStatus } from '../../src/status';
import { ServedCall, type ServedSession } from '../target/served-call';

/** Where a session's calls go. */
export type Dispatch = (served: ServedCall) => void;

/** One session. Its calls know it as their `CallerSession`. */
export class Session implements ServedSession {
  readonly name: string;
  readonly pid: number;
  readonly user?: string;
  readonly since = Date.now();
  readonly peer: Peer;
  /** Large payloads to and from it. Files that it made aren't trusted. */
  readonly handoff: Handoff;
  private calls = 0;

  constructor(
    readonly id: number,
    private readonly client: PeerInfo,
    readonly credentials: PeerCredentials | undefined,
    dispatch: Dispatch,
    limits: Limits,
    house: HandoffHouse,
    onGone: (session: Session, reason: SameboxError) => void,
    onDrain: () => void,
  ) {
    this.name = client.name;
    this.pid = credentials?.pid || client.pid;
    if (credentials !== undefined) this.user = userLabel(credentials.uid);
    this.handoff = new Handoff(house, false);
    const serve = (call: IncomingCall): void => {
      this.calls++;
      dispatch(new ServedCall(call, this));
    };
    this.peer = new Peer(
      serve,
      {
        onGoaway: () => undefined,
        onEnd: (reason) => {
          this.peer.answerer.detach(reason);
          this.handoff.close();
          onGone(this, reason);
        },
        onDrain,
      },
      limits,
    );
  }

  attach(connection: Connection): void {
    this.peer.attach(connection);
  }

  /** Whether it doesn't read what it has got already: none of its calls is started then. */
  get congested(): boolean {
    return this.peer.connection?.congested === true;
  }

  status(): SessionStatus {
    const { id, name, pid, user, credentials, since, calls, peer } = this;
    const { language, version } = this.client;
    return {
      id,
      name,
      pid,
      ...(user !== undefined && { user }),
      ...(credentials && identity(credentials)),
      language,
      version,
      since,
      calls,
      pending: peer.answerer.pending,
      pendingBytes: peer.connection?.pendingBytes ?? 0,
      handoff: peer.connection?.handoff?.status() ?? { out: NOT_CONNECTED, in: NOT_CONNECTED },
    };
  }
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
