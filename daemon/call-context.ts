// What a method can know of the call it serves: `callContext()`.
import { AsyncLocalStorage } from 'node:async_hooks';
import { allocate } from '../src/handoff/handoff';
import type { PeerCredentials } from '../src/native';
import type { DataOf } from '../src/values/data-of';
import type { DType } from '../src/values/dtypes';
import type { NdArray } from '../src/values/nd-array';

/** Who is calling. */
export interface CallerSession {
  /** The session's number within the daemon. */
  readonly id: number;
  /** The name that the client gave itself, or its program's. */
  readonly name: string;
  /** The process id that the kernel reports, else the one that the client states. A label, never a proof. */
  readonly pid: number;
  /** The user that the kernel reports, if it does. */
  readonly user?: string;
  /** User and groups by number, as the kernel reports them, if it does. */
  readonly credentials?: PeerCredentials | undefined;
}

/** Makes an array of a shape and an element type; default `'float64'`. */
export type Allocate = <D extends DType = 'float64'>(
  shape: readonly number[],
  dtype?: D,
) => NdArray<DataOf<D>, D>;

/** What a method can know of its call, and say while it runs. */
export interface CallContext {
  readonly target: string;
  readonly method: string;
  readonly session: CallerSession;
  /** Aborts when the caller cancels, its deadline passes or its session ends. `reason` is a `SameboxError`. */
  readonly signal: AbortSignal;
  /** When the call expires, in milliseconds of `performance.now()`; `Infinity` without a deadline. */
  readonly deadline: number;
  /** Milliseconds left; `Infinity` without a deadline, never negative. */
  remaining(): number;
  /**
   * Tells the caller how far it is. Costs nothing if the caller doesn't listen; a slow caller gets the latest only.
   * @param fraction from 0 to 1.
   */
  progress(fraction: number, message?: string): void;
  /** The call isn't finished before `promise` is: for property setters, which can't be async. Its rejection fails the call. */
  waitUntil(promise: PromiseLike<unknown>): void;
  /**
   * An array in memory that the caller can read: returned, or given as an item, it is not copied. It goes to whom it is
   * sent: from 4 KiB up it is detached here then, unless it was given to `keep` before.
   *
   * Where shared memory can't be had it is ordinary memory, which is sent like any other.
   * @param shape extent of every dimension.
   * @param dtype element type, in numpy's names. Default `'float64'`.
   * @returns an array in C order. What stands in it is unknown: fill it.
   * @throws TypeError for what is no shape or dtype; SameboxError `TOO_LARGE` if there is no memory for it.
   */
  readonly alloc: Allocate;
}

const NEVER = new AbortController().signal;

const NOBODY: CallContext = {
  target: '',
  method: '',
  session: { id: 0, name: 'in-process', pid: process.pid },
  signal: NEVER,
  deadline: Infinity,
  remaining: () => Infinity,
  progress: () => undefined,
  waitUntil: () => undefined,
  alloc: (shape, dtype) => allocate(undefined, shape, dtype ?? 'float64').array as never,
};

const storage = new AsyncLocalStorage<CallContext | undefined>();

/**
 * The call that the running code serves, also after `await`.
 *
 * Code that is called directly, not through the daemon, gets a context that never aborts, has no deadline
 * and drops its progress, so that a target works without a daemon too.
 */
export function callContext(): CallContext {
  return storage.getStore() ?? NOBODY;
}

/** Whether the running code serves a call. */
export function insideCall(): boolean {
  return storage.getStore() !== undefined;
}

/** Runs `body` as part of the call `context`. */
export function runInCall<T>(context: CallContext, body: () => T): T {
  return storage.run(context, body);
}

/** Runs `body` as part of no call: what it begins, a timer or a socket, outlives the call that happens to run now. */
export function runOutsideCalls<T>(body: () => T): T {
  return storage.run(undefined, body);
}
