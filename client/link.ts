// Staying connected: the loop that connects, says so, and connects again; and what becomes of calls meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from '../src/endpoint';
import { SameboxError } from '../src/errors';
import { FLAG } from '../src/frames';
import { Handoff, handoffHouse, type HandoffChoice } from '../src/handoff/handoff';
import type { PeerInfo, SessionRequest, Welcome } from '../src/handshake';
import { Heat } from '../src/latency/heat';
import { canKeepHot, HotLoop } from '../src/latency/hot-loop';
import type { Latency } from '../src/latency/latency';
import { DEFAULT_LIMITS, type Limits } from '../src/limits';
import type { Secret } from '../src/secret';
import type { Connection } from '../src/peer/connection';
import type { PendingCall } from '../src/peer/pending-call';
import { Peer } from '../src/peer/peer';
import { Backoff } from '../src/backoff';
import { Declarations } from './declarations';
import { isFinal, reach } from './reach';
import { StateFeed } from './state';

/** Bounds of the waiting between attempts to connect. */
const RETRY = { min: 20, max: 2000 };
/** How long one attempt waits for a welcome, once connected again. */
const ATTEMPT_MS = 10_000;

/** What a link connects with. */
export interface LinkOptions {
  /** Gives the endpoints to try; asked anew before every attempt. */
  readonly find: () => Promise<readonly Endpoint[]>;
  readonly self: PeerInfo;
  readonly limits: Limits;
  readonly handoff: HandoffChoice;
  readonly secret: Secret | undefined;
  readonly latency: Latency;
  /** A session that outlives this client, by its name. */
  readonly session?: NamedSession | undefined;
}

/** A session that outlives its client. */
export interface NamedSession {
  readonly name: string;
  /** Whether to take it from a client that is still there. */
  readonly steal: boolean;
}

/** A client's connection, whichever socket it has at the moment. */
export class Link {
  readonly feed = new StateFeed();
  readonly peer: Peer;
  /** Large payloads to and from the daemon, which is trusted not to cut the files that it makes. */
  readonly handoff: Handoff;
  /** Keeps this thread's loop hot, where that was asked for and can help. */
  private readonly hot: HotLoop | undefined;
  /** How the endpoint is called, and where it is. */
  endpoint: Pick<Endpoint, 'label' | 'path'> = { label: 'the endpoint', path: '' };
  /** What the daemon declares of its methods. */
  declared = new Declarations({});
  private welcome: Welcome | undefined;
  /** Why the daemon said that it would leave, if it did. */
  private farewell: SameboxError | undefined;
  /** The first call id that the daemon said it would not take. */
  private firstUntaken = Infinity;
  /** Whether the daemon has ended the session. */
  private sessionOver = false;
  /** Whether the session waits for this client to come back. */
  private suspended = false;
  private readonly closing = new AbortController();
  private readonly backoff = new Backoff(RETRY);
  private connectedSince = 0;

  constructor(private readonly options: LinkOptions) {
    this.handoff = new Handoff(handoffHouse(options.handoff, options.limits), true);
    const { latency, limits } = options;
    this.hot =
      latency !== 'normal' && canKeepHot() ? new HotLoop(new Heat(limits.hotPercent / 100)) : undefined;
    const noCalls = new SameboxError('NO_TARGET', 'this client has no targets');
    this.peer = new Peer(
      (call) => call.reject(noCalls),
      {
        onGoaway: (reason, firstUntaken) => {
          this.farewell = reason;
          this.sessionOver = firstUntaken !== Infinity;
          // For any other reason, what wasn't taken may be what ended the connection: it isn't sent again.
          this.firstUntaken = reason.code === 'DRAINING' ? firstUntaken : Infinity;
          if (reason.code === 'DRAINING') this.peer.caller.hold();
        },
        onEnd: (reason) => this.lost(reason),
      },
      options.limits,
    );
  }

  /** What the daemon said of itself when it was reached last. */
  get greeted(): Welcome {
    if (this.welcome === undefined) throw new TypeError('not connected yet');
    return this.welcome;
  }

  /**
   * Connects for the first time.
   * @param timeout milliseconds to wait for a daemon that isn't there; 0 tries once.
   */
  async connect(timeout: number, signal?: AbortSignal): Promise<void> {
    const patience = AbortSignal.any([this.closing.signal, ...(signal ? [signal] : [])]);
    try {
      await this.tryUntil(performance.now() + timeout, patience);
      patience.throwIfAborted();
    } catch (error) {
      const reason = signal?.aborted
        ? new SameboxError('CANCELLED', 'connecting was cancelled', { cause: signal.reason })
        : SameboxError.from(error, 'UNREACHABLE');
      void this.close(reason);
      throw reason;
    }
  }

  /** Ends it for good. What is pending is rejected. Resolves when the other side has closed its end, or was given time to. */
  async close(reason: SameboxError): Promise<void> {
    if (this.feed.current === 'closed') return;
    this.closing.abort();
    this.peer.caller.close(reason);
    const { connection } = this.peer;
    connection?.end(reason);
    this.handoff.close();
    // A close that was asked for needs no reason.
    this.feed.set('closed', reason.code === 'CANCELLED' ? undefined : reason);
    if (connection?.socket.closed === false)
      await new Promise((resolve) => connection.socket.once('close', resolve));
  }

  private async tryUntil(deadline: number, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(RETRY);
    for (;;) {
      const left = Math.min(Math.max(deadline - performance.now(), ATTEMPT_MIN_MS), ATTEMPT_MS);
      try {
        return await this.attempt(left, signal);
      } catch (error) {
        const reason = SameboxError.from(error, 'UNREACHABLE');
        if (signal.aborted || isFinal(reason) || performance.now() >= deadline) throw reason;
      }
      const pause = Math.min(backoff.next(), Math.max(0, deadline - performance.now()));
      await delay(pause, undefined, { signal });
    }
  }

  /** One attempt, within so many milliseconds. (Node collects `AbortSignal.timeout` before its time under `any`.) */
  private async attempt(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { find, self, limits, secret, latency } = this.options;
    const giveUp = new AbortController();
    const onAbort = (): void => giveUp.abort(signal.reason);
    let timer = setTimeout(onAbort, milliseconds);
    // However little was given: who connects has started the daemon.
    const onHeld = (): void => {
      clearTimeout(timer);
      timer = setTimeout(onAbort, Math.max(milliseconds, ATTEMPT_MS));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await reach(
        await find(),
        {
          self,
          session: this.wanted(),
          limits,
          handoff: this.handoff,
          secret,
          hot: this.hot,
          lane: latency === 'lane',
          onHeld,
        },
        giveUp.signal,
        ({ connection, welcome, endpoint }) => {
          this.endpoint = endpoint;
          this.connectedSince = performance.now();
          this.adopt(connection, welcome);
        },
      );
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The session to ask for. */
  private wanted(): SessionRequest {
    const { session } = this.options;
    const { id, token } = this.welcome?.session ?? {};
    const own = this.suspended && id !== undefined && token !== undefined ? { id, token } : {};
    // Who comes back after being robbed doesn't rob in his turn.
    const steal = session?.steal === true && this.welcome === undefined;
    return { ...own, ...(session && { name: session.name, ...(steal && { steal }) }) };
  }

  /** A welcome came. The session is the one that was there before, one that another client has left, or new. */
  private adopt(connection: Connection, welcome: Welcome): void {
    const { resumed, seen, held, id } = welcome.session;
    const own = resumed && this.suspended && id === this.welcome?.session.id;
    if (this.suspended && !own) this.endSession(renewed(welcome), Infinity);
    this.suspended = false;
    this.welcome = welcome;
    this.declared = new Declarations(welcome.methods);
    this.feed.set('connected', undefined, resumed ? 'resumed' : 'new');
    if (own) return this.peer.attach(connection, { seen, held: new Set(held) });
    if (resumed) this.peer.caller.inherit(seen, held);
    this.peer.attach(connection);
  }

  private lost(ending: SameboxError): void {
    const reason = this.farewell ?? ending;
    const untaken = this.firstUntaken;
    const over = this.sessionOver || ending.code !== 'CONNECTION_LOST';
    this.farewell = undefined;
    this.firstUntaken = Infinity;
    this.sessionOver = false;
    this.peer.answerer.detach(reason);
    if (over || this.welcome?.session.token === undefined) this.endSession(reason, untaken);
    else {
      this.suspended = true;
      this.peer.caller.suspend();
    }
    if (this.feed.current === 'closed') return;
    this.feed.set('reconnecting', reason);
    // Lost again at once: a call that is sent again may be what ends the connection, or the daemon doesn't want us.
    const steady = performance.now() - this.connectedSince > STEADY_MS;
    if (steady) this.backoff.reset();
    void this.reconnect(steady ? 0 : this.backoff.next());
  }

  /** Nothing of the session can be had any more. */
  private endSession(reason: SameboxError, untaken: number): void {
    this.suspended = false;
    this.peer.caller.detach(asLoss(reason), (call) =>
      afterLoss(call, reason, call.id >= untaken ? 'no' : 'maybe'),
    );
  }

  private async reconnect(pause: number): Promise<void> {
    const since = performance.now();
    const window = this.welcome?.session.window ?? DEFAULT_LIMITS.resumeWindow;
    const { signal } = this.closing;
    for (; !signal.aborted; pause = this.backoff.next()) {
      await delay(pause, undefined, { signal }).catch(() => undefined);
      try {
        return await this.attempt(ATTEMPT_MS, signal);
      } catch (error) {
        const reason = SameboxError.from(error, 'UNREACHABLE');
        if (isFinal(reason)) {
          // What may have run was not refused: it is the session that is lost to this client.
          this.peer.caller.lose(asLoss(reason), ({ written, ran }) => written || ran === 'maybe');
          return void this.close(reason);
        }
        const over = performance.now() - since > window;
        // Streams have no deadline once they are open. Who wants no retry doesn't wait for a daemon.
        this.peer.caller.lose(
          asLoss(reason),
          ({ request, deadline, stream }) =>
            !request.retry || (over && (deadline === Infinity || stream !== undefined)),
        );
      }
    }
  }
}

/** What the daemon's farewell is for what was under way: `DRAINING`, say, would claim that it did not run. */
function asLoss(reason: SameboxError): SameboxError {
  if (reason.code === 'CONNECTION_LOST') return reason;
  return new SameboxError('CONNECTION_LOST', reason.message, { cause: reason, details: reason.details });
}

/** A connection that stood this long was a good one. */
const STEADY_MS = 1000;
/** Even the last attempt gets this long. */
const ATTEMPT_MIN_MS = 1000;

/** A call that was under way: sent again if that can do no harm, else nobody knows whether it ran. */
function afterLoss(
  call: PendingCall,
  reason: SameboxError,
  ran: 'no' | 'maybe',
): SameboxError | 'again' | 'anew' {
  const { flags, retry } = call.request;
  if (retry && ran === 'no') return 'again';
  if (retry && (flags & FLAG.idempotent) !== 0) return 'anew';
  const code = reason.code === 'OUTCOME_UNKNOWN' && ran === 'maybe' ? 'OUTCOME_UNKNOWN' : 'CONNECTION_LOST';
  return new SameboxError(code, `${call.name}: ${reason.message}`, {
    ran,
    cause: reason,
    details: { ...reason.details, target: call.request.target, member: call.request.member },
  });
}

/** Another daemon answers, or the same one has given the session up. */
function renewed({ peer }: Welcome): SameboxError {
  return new SameboxError(
    'OUTCOME_UNKNOWN',
    `the daemon that had the call is gone, or the session waited too long: ${peer.name} (pid ${peer.pid}) knows nothing of it`,
    { ran: 'maybe' },
  );
}
