// One end of a session: it can call and it can answer. Which frame goes to which half stands in one table.
import { decodeValue } from '../cbor/decode';
import { SameboxError } from '../errors';
import { FLAG, KIND, type Head } from '../frames/heads';
import { DEFAULT_LIMITS, type Limits } from '../limits';
import type { KeptBudget } from './answer-table';
import { Answerer, type Serve } from './answerer';
import type { CompleteFrame } from './arrivals';
import { Caller } from './caller';
import { systemClock, type Clock } from './clock';
import type { Connection, ConnectionHandler } from './connection';
import { goawayBody, readGoaway } from './goaway';

/** What the owner of a peer learns. */
export interface PeerEvents {
  /**
   * The other side says that it goes away, and why. It still answers what it has begun.
   * @param firstUntaken the first call id that it will never take: `Infinity` while it says none.
   */
  onGoaway(reason: SameboxError, firstUntaken: number): void;
  /** The connection is gone. */
  onEnd(reason: SameboxError): void;
  /** The other side has read on: the connection is no longer congested. */
  onDrain?(): void;
}

/** What the other side says of a session that it has taken up again. */
export interface Resumed {
  /** The highest of this side's call ids that it has seen. */
  readonly seen: number;
  /** The ids of which it holds something. */
  readonly held: ReadonlySet<number>;
}

/** The handler of a connection that was replaced. */
const DISCARD: ConnectionHandler = { onFrame: () => undefined, onEnd: () => undefined };

type FrameHandler = (peer: Peer, frame: CompleteFrame) => void;

/** One end of a session. It outlives its connection: `attach` gives it the next. */
export class Peer implements ConnectionHandler {
  readonly caller: Caller;
  readonly answerer: Answerer;
  connection: Connection | undefined;

  constructor(
    serve: Serve,
    readonly events: PeerEvents,
    readonly limits: Limits = DEFAULT_LIMITS,
    clock: Clock = systemClock,
    budget?: KeptBudget,
  ) {
    this.caller = new Caller(limits, clock);
    this.answerer = new Answerer(serve, limits, clock, budget);
  }

  /**
   * Takes over a connection on which hello and welcome have passed.
   * @param resumed what the other side knows of a session that is taken up again; without it, the session is new.
   */
  attach(connection: Connection, resumed?: Resumed): void {
    this.connection = connection;
    connection.handler = this;
    connection.greeted();
    this.answerer.attach(connection);
    if (resumed === undefined) this.caller.attach(connection);
    else this.caller.resume(connection, resumed.seen, resumed.held);
  }

  /** Lets go of a connection that another one replaces: what still comes on it is discarded. */
  leave(reason: SameboxError): void {
    const { connection } = this;
    this.connection = undefined;
    if (connection === undefined) return;
    connection.handler = DISCARD;
    connection.destroy(reason);
  }

  /** Tells the other side that this one goes away; what it has begun is still answered. */
  goaway(reason: SameboxError): void {
    if (this.connection?.open === true)
      this.connection.send([KIND.goaway, 0, 0, reason.code], goawayBody(reason));
  }

  onFrame(frame: CompleteFrame): void {
    const handle = HANDLERS[frame.head[0]];
    if (handle === undefined)
      throw new SameboxError('PROTOCOL', `a frame of kind ${frame.head[0]} at this point`);
    try {
      handle(this, frame);
    } finally {
      frame.loan.endUnlessTaken();
    }
  }

  onBroken(owner: number, reason: SameboxError): void {
    if (owner > 0) this.caller.broken(owner, reason);
    else if (owner < 0) this.answerer.broken(-owner, reason);
  }

  onDrain(): void {
    this.answerer.onDrain();
    this.events.onDrain?.();
  }

  onEnd(reason: SameboxError): void {
    this.connection = undefined;
    this.events.onEnd(reason);
  }
}

const HANDLERS: Partial<Record<Head[0], FrameHandler>> = {
  [KIND.call]: handler(KIND.call, (peer, head, frame) => peer.answerer.onCall(head, frame)),
  [KIND.result]: handler(KIND.result, (peer, head, frame) => peer.caller.onResult(head, frame)),
  [KIND.error]: handler(KIND.error, (peer, head, frame) => peer.caller.onError(head, frame)),
  [KIND.item]: handler(KIND.item, (peer, head, frame) => peer.caller.onItem(head, frame)),
  [KIND.end]: handler(KIND.end, (peer, head) => peer.caller.onEnd(head)),
  [KIND.credit]: handler(KIND.credit, (peer, head) => peer.answerer.onCredit(head)),
  [KIND.cancel]: handler(KIND.cancel, (peer, head) => peer.answerer.onCancel(head)),
  [KIND.ack]: handler(KIND.ack, (peer, head) => peer.answerer.onAck(head)),
  [KIND.claim]: handler(KIND.claim, (peer, head) => peer.answerer.onClaim(head)),
  [KIND.ping]: ({ connection }, { head }) => connection?.send([KIND.pong, head[1], 0]),
  [KIND.pong]: () => undefined,
  [KIND.proof]: ({ connection, limits }, { body }) => {
    const proof = decodeValue(body, [], { ...limits, depth: 2 });
    connection?.handoff?.onProof(proof ?? {});
  },
  [KIND.goaway]: handler(KIND.goaway, (peer, [, firstUntaken, , code], { body }) =>
    peer.events.onGoaway(readGoaway(code, body), firstUntaken === 0 ? Infinity : firstUntaken),
  ),
};

/** A handler of one kind, with the bit that says whose id it is checked: argument streams (`yours` the other way) are reserved. */
function handler<K extends Head[0]>(
  kind: K,
  handle: (peer: Peer, head: Extract<Head, { 0: K }>, frame: CompleteFrame) => void,
): FrameHandler {
  const answers = kind === KIND.result || kind === KIND.error || kind === KIND.item || kind === KIND.end;
  return (peer, frame) => {
    const { head } = frame;
    if (((head[2] & FLAG.yours) !== 0) !== answers) {
      throw new SameboxError('PROTOCOL', `a frame of kind ${kind} that names the wrong side's call`);
    }
    handle(peer, head as Extract<Head, { 0: K }>, frame);
  };
}
