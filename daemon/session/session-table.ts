// Who may take up which session: by its secret token, or by its name.
import { timingSafeEqual } from 'node:crypto';
import { SameboxError } from '../../src/errors';
import type { SessionRequest } from '../../src/handshake';

/** Whose a session is. */
export interface Owner {
  /** The user and the process that the kernel names, where it does. */
  readonly uid: number | undefined;
  readonly pid: number | undefined;
  /** The process that the client says it is. */
  readonly stated: number;
}

/** A session as the table sees it. */
export interface Resumable {
  readonly id: number;
  readonly token: Uint8Array;
  readonly owner: Owner;
  /** The name under which it outlives its client. */
  readonly label: string | undefined;
  /** Whether its client is there: connected, not about to leave, and not known to be dead. */
  readonly attended: boolean;
  /** Whether nobody would miss it: its client is away, and nothing of it runs or waits to be collected. */
  readonly spare: boolean;
  /** For errors: who has it. */
  readonly pid: number;
}

/** What a request comes to. */
export interface Found<S> {
  readonly session: S;
  /** How: by its own client, which has lost its socket, or by another one that knows its name. */
  readonly by: 'token' | 'name';
}

/** All sessions of a daemon, connected or waiting for their clients. */
export class SessionTable<S extends Resumable> {
  readonly all = new Map<number, S>();
  private last = 0;

  /** The number of the next session. */
  get nextId(): number {
    return ++this.last;
  }

  add(session: S): void {
    this.all.set(session.id, session);
  }

  /** The oldest that nobody would miss: its place is another one's, when there is no other. */
  oldestSpare(): S | undefined {
    for (const session of this.all.values()) if (session.spare) return session;
    return undefined;
  }

  remove(session: S): void {
    this.all.delete(session.id);
  }

  /**
   * The session that a client asks for. One whose token is wrong, or used from another process (after a fork, say), gets
   * a new one, without a word of what was wrong.
   * @throws SameboxError `DENIED` if the session of that name has a client already, and it is not to be taken from him.
   */
  find({ id, token, name, steal }: SessionRequest, owner: Owner): Found<S> | undefined {
    const own = id === undefined ? undefined : this.all.get(id);
    if (own !== undefined && token !== undefined && sameOwner(own.owner, owner) && same(own.token, token))
      return { session: own, by: 'token' };
    const named = name === undefined ? undefined : this.named(name, owner);
    if (named === undefined) return undefined;
    if (named.attended && steal !== true) throw taken(named);
    return { session: named, by: 'name' };
  }

  /** The session of that name that this user has. Other users' names are their own. */
  private named(name: string, { uid }: Owner): S | undefined {
    for (const session of this.all.values())
      if (session.label === name && session.owner.uid === uid) return session;
    return undefined;
  }
}

function sameOwner(one: Owner, other: Owner): boolean {
  return one.uid === other.uid && one.pid === other.pid && one.stated === other.stated;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function taken({ label, pid, id }: Resumable): SameboxError {
  return new SameboxError(
    'DENIED',
    `The session "${label}" is in use by process ${pid}. End that one, or take it: connect(..., { steal: true }), --steal`,
    { details: { session: label, number: id, pid } },
  );
}
