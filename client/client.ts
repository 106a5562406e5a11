// The client: calls by name, remote objects, what the daemon tells of its targets.
import { setMaxListeners } from 'node:events';
import type { TargetDescription, TargetSummary } from '../src/description';
import { SameboxError } from '../src/errors';
import { FLAG } from '../src/frames';
import type { PeerInfo } from '../src/handshake';
import type { Latency } from '../src/latency/latency';
import { callBlocking } from '../src/peer/call-blocking';
import { IncomingStream } from '../src/peer/incoming-stream';
import type { CallRequest } from '../src/peer/pending-call';
import type { CallStatus, DaemonStatus, LeaseStatus } from '../src/status';
import type { DataOf } from '../src/values/data-of';
import type { DType } from '../src/values/dtypes';
import type { NdArray } from '../src/values/nd-array';
import { Lease, type LeaseOptions } from './lease';
import type { Link } from './link';
import { checkCallOptions, type Arguments, type CallOptions } from './options';
import { remoteObject } from './remote-object';
import type { Remote } from './remote';
import type { ConnectionState, StateChange } from './state';

/** The promise of a call. If the call gives a stream, it can be iterated right away. */
export type CallPromise<T = unknown> = Promise<T> & AsyncIterable<unknown>;

const DAEMON = '$daemon';
const DEFAULT_TIMEOUT_MS = 10_000;

/** A connection to a daemon. `connect` makes one. */
export class Client implements AsyncDisposable {
  readonly #link: Link;
  readonly #callTimeout: number | undefined;

  /** @internal */
  constructor(link: Link, callTimeout: number | undefined) {
    this.#link = link;
    this.#callTimeout = callTimeout;
  }

  /** The socket's path or the pipe's name. */
  get endpoint(): string {
    return this.#link.endpoint.path;
  }

  /** `'connected'`, or what it is on the way to. */
  get state(): ConnectionState {
    return this.#link.feed.current;
  }

  /** What the daemon says of itself: name, pid, version. */
  get daemon(): PeerInfo {
    return this.#link.greeted.peer;
  }

  /** The number of this client's session in the daemon's status. */
  get session(): number {
    return this.#link.greeted.session.id;
  }

  /** What this client has now of what it asked for: `'lane'` only where both sides can map the same memory. */
  get latency(): Latency {
    return this.#link.peer.connection?.latency ?? 'normal';
  }

  /** Follows the state from now on, in order; ends after `closed`. */
  changes(): AsyncIterableIterator<StateChange> {
    return this.#link.feed.changes();
  }

  /**
   * A remote object: its methods give promises, its properties can be awaited, its async iterables iterated.
   * Nothing is asked of the daemon before the first use.
   * @typeParam T the type of the target in the daemon; without it, everything may be tried.
   * @param options for all calls through this object.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- without a type, everything may be tried
  target<T = any>(name: string, options: CallOptions = {}): Remote<T> {
    return remoteObject(this, name, options) as Remote<T>;
  }

  /**
   * Calls a method by name; reaches all of them, also those called `then`, `set` or `constructor`.
   * @param args by position, or an object of named ones.
   * @returns what the method gives; for an async iterable a stream. The promise itself can be iterated then.
   * @throws SameboxError any code of the catalogue; see `ran`.
   */
  call(target: string, method: string, args: Arguments = [], options: CallOptions = {}): CallPromise {
    if (Array.isArray(args)) return this.#make(target, method, 0, args, options);
    return this.#make(target, method, FLAG.named, [named(args)], options);
  }

  /**
   * Calls a method and gives its result at once: for control loops in worker threads. This thread does nothing else meanwhile. It
   * looks for the answer for a moment, then blocks; answers of other calls and items of streams that come are
   * taken as usual, but timers, promises and sockets wait. Needs `connect(..., { latency: 'lane' })` and small values:
   * arrays of over 1 MiB go through the lane in pieces.
   * @throws what `call` rejects with. `CONNECTION_LOST` (`ran: 'no'`) where there is no lane at the moment: connecting again
   * needs the event loop, so await something then. `TypeError` from within a handler of this client (`onProgress`), or for a stream.
   */
  callSync(
    target: string,
    method: string,
    args: Arguments = [],
    options: Pick<CallOptions, 'idempotent' | 'noWait' | 'timeout'> = {},
  ): unknown {
    const once = { ...options, retry: false };
    const request = Array.isArray(args)
      ? this.#request(target, method, 0, args, once)
      : this.#request(target, method, FLAG.named, [named(args)], once);
    const { caller, connection } = this.#link.peer;
    if (this.state === 'closed') throw closed(this.#link.endpoint.label);
    if (connection?.latency !== 'lane') throw laneless(this.#link.endpoint.label, connection?.lane?.refusal);
    const value = callBlocking(caller, connection, request);
    if (!(value instanceof IncomingStream)) return value;
    void value.return();
    throw new TypeError(`${target}.${method} gives a stream, which can't be had at once: use call`);
  }

  /** Calls a method with arguments by position and, after them, by name. */
  callNamed(
    target: string,
    method: string,
    positional: readonly unknown[],
    named: Readonly<Record<string, unknown>>,
    options: CallOptions = {},
  ): CallPromise {
    return this.#make(target, method, FLAG.named, [...positional, named], options);
  }

  /** Reads a property. */
  get(target: string, property: string, options: CallOptions = {}): CallPromise {
    return this.#make(target, property, FLAG.get, [], options);
  }

  /** Sets properties, in the order they stand, as one call. */
  async set(
    target: string,
    properties: Readonly<Record<string, unknown>>,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#make(target, '', FLAG.set, [properties], options);
  }

  /**
   * An array that lies in shared memory, so that sending it copies nothing. It can be sent as often as you like, and so can
   * its rows and slices; don't write to it while a call that carries it is pending, nor after one that ended with
   * `ran: 'maybe'`, whose method may be reading it still. It is given back by `release()`, by
   * `using`, or when it is collected.
   *
   * Where shared memory can't be had (another user, a full quota, `handoff: 'never'`) it is ordinary memory, which is sent
   * like any other.
   * @param shape extent of every dimension.
   * @param dtype element type, in numpy's names. Default `'float64'`.
   * @returns an array in C order. What stands in it is unknown: fill it.
   * @throws TypeError for what is no shape or dtype; SameboxError `TOO_LARGE` if there is no memory for it.
   */
  alloc<D extends DType = 'float64'>(shape: readonly number[], dtype?: D): NdArray<DataOf<D>, D> {
    const { array } = this.#link.handoff.allocate(shape, dtype ?? 'float64');
    return array as unknown as NdArray<DataOf<D>, D>;
  }

  /**
   * Has a target for this session alone: others' calls to it wait until the lease ends, `$daemon.describe` and `status` don't.
   * Waits in line for it within `timeout` (default as for calls). One session can have one lease of a target.
   *
   *     await using lease = await client.lease('pm');
   * @throws SameboxError `TIMEOUT`, `LEASED` with `noWait`, `INVALID_ARGUMENT` if this session has it already.
   */
  lease(target: string, options: LeaseOptions = {}): Promise<Lease> {
    return Lease.take(this, target, options);
  }

  /** All leases that are held or waited for. */
  async leases(): Promise<LeaseStatus[]> {
    return (await this.call(DAEMON, 'leases')) as LeaseStatus[];
  }

  /** All targets with their state, `$daemon` among them. */
  async targets(): Promise<TargetSummary[]> {
    return (await this.call(DAEMON, 'targets')) as TargetSummary[];
  }

  /** All that is known of a target: members, signatures, documentation. */
  async describe(target: string): Promise<TargetDescription> {
    return (await this.call(DAEMON, 'describe', [target])) as TargetDescription;
  }

  /** Everything about the daemon at this moment. */
  async status(): Promise<DaemonStatus> {
    return (await this.call(DAEMON, 'status')) as DaemonStatus;
  }

  /**
   * The calls of this session that run, and those whose answers wait to be collected: of a named session also those that an
   * earlier client has made.
   */
  async calls(): Promise<CallStatus[]> {
    return (await this.call(DAEMON, 'calls')) as CallStatus[];
  }

  /**
   * Takes up a call of this session that an earlier client has made: its answer if it has one, else it is waited for. A
   * stream goes on where the daemon holds it; what was sent before is not told again.
   * @param id as `calls()` tells it.
   * @param options `timeout` (default: none), `signal` (cancels the call), `onProgress`, `idle`.
   * @throws SameboxError `OUTCOME_UNKNOWN` if nothing of it is held any more, `INVALID_ARGUMENT` if it was never made; whatever the call itself has failed with.
   */
  attach(
    id: number,
    options: Pick<CallOptions, 'idle' | 'onProgress' | 'signal' | 'timeout'> = {},
  ): CallPromise {
    if (!Number.isSafeInteger(id) || id < 1) throw new TypeError('id: the number of a call, see calls()');
    checkCallOptions(options);
    const { timeout = Infinity, signal, onProgress, idle } = options;
    if (signal !== undefined) serveMany(signal);
    const call = { target: 'call', member: `${id}`, flags: 0, args: [], retry: false, slow: undefined };
    const request = { ...call, timeout, signal, idle, onProgress: onProgress && isolated(onProgress) };
    return iterable(this.#link.peer.caller.takeUp(id, request));
  }

  /**
   * Closes the connection. What is pending rejects with `CANCELLED`; the daemon cancels it, but for the calls of a named
   * session: they go on. Resolves when the daemon knows of it.
   */
  async close(): Promise<void> {
    await this.#link.close(new SameboxError('CANCELLED', 'the client was closed', { ran: 'maybe' }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #make(
    target: string,
    member: string,
    operation: number,
    args: readonly unknown[],
    options: CallOptions,
  ): CallPromise {
    const request = this.#request(target, member, operation, args, options);
    const { retry } = request;
    if (this.state === 'closed') return iterable(Promise.reject(closed(this.#link.endpoint.label)));
    if (this.state !== 'connected' && !retry)
      return iterable(Promise.reject(unconnected(this.#link.endpoint.label)));
    return iterable(this.#link.peer.caller.call(request));
  }

  /** @throws TypeError */
  #request(
    target: string,
    member: string,
    operation: number,
    args: readonly unknown[],
    options: CallOptions,
  ): CallRequest {
    if (typeof target !== 'string' || typeof member !== 'string')
      throw new TypeError('a target and a method are named by strings');
    checkCallOptions(options);
    const declared = this.#link.declared.of(target, member);
    const { timeout = declared?.timeout ?? this.#callTimeout ?? DEFAULT_TIMEOUT_MS, retry = true } = options;
    const { signal, idempotent = declared?.idempotent ?? false, onProgress, slow, keep, idle } = options;
    const noWait = options.noWait === true ? FLAG.noWait : 0;
    if (signal !== undefined) serveMany(signal);
    const flags = operation | noWait | (idempotent ? FLAG.idempotent : 0) | (onProgress ? FLAG.progress : 0);
    return {
      target,
      member,
      flags,
      args,
      timeout,
      signal,
      retry,
      onProgress: onProgress && isolated(onProgress),
      slow,
      keep,
      idle,
    };
  }
}

/** Named arguments, checked. @throws TypeError */
function named(args: Arguments): Arguments {
  if (typeof args !== 'object' || args === null || ArrayBuffer.isView(args))
    throw new TypeError('args: an array, or an object of named arguments');
  return args;
}

/** Lets the promise of a stream be iterated as the stream itself. */
function iterable(promise: Promise<unknown>): CallPromise {
  const call = promise as CallPromise;
  call[Symbol.asyncIterator] = iterate;
  return call;
}

async function* iterate(this: Promise<unknown>): AsyncGenerator<unknown> {
  const stream = await this;
  if (!(stream instanceof IncomingStream))
    throw new TypeError('the call did not give a stream: await it instead');
  yield* stream;
}

function closed(endpoint: string): SameboxError {
  return new SameboxError('CANCELLED', `the client of ${endpoint} is closed`, { ran: 'no' });
}

function laneless(endpoint: string, why = 'it was not asked for'): SameboxError {
  return new SameboxError('CONNECTION_LOST', `the client of ${endpoint} has no lane: ${why}`, { ran: 'no' });
}

function unconnected(endpoint: string): SameboxError {
  return new SameboxError(
    'CONNECTION_LOST',
    `the client of ${endpoint} is reconnecting, and the call may not wait`,
    {
      ran: 'no',
    },
  );
}

/** What a listener throws is its own fault: it ends neither the call nor the connection, and isn't swallowed. */
function isolated(onProgress: NonNullable<CallOptions['onProgress']>): typeof onProgress {
  return (...progress) => {
    try {
      onProgress(...progress);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}

const serving = new WeakSet<AbortSignal>();

/** One signal for many calls is no leak, but Node would warn from the eleventh on. */
function serveMany(signal: AbortSignal): void {
  if (serving.has(signal)) return;
  serving.add(signal);
  setMaxListeners(Infinity, signal);
}
