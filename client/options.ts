// What a caller may ask for: of a connection, a target, a call.
import { POLICY, type SlowPolicy } from '../src/frames';
import type { HandoffChoice } from '../src/handoff/handoff';
import type { Latency } from '../src/latency/latency';
import type { Limits } from '../src/limits';
import type { SecretSource } from '../src/secret-source';

/** How to connect. */
export interface ConnectOptions {
  /**
   * Milliseconds to wait for a daemon that isn't there yet. Default 10,000; 0 tries once. One that systemd starts because somebody
   * connects gets 10 s in any case.
   */
  readonly timeout?: number;
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
  /** How the daemon's status calls this client. Default: the program's file name. */
  readonly name?: string;
  /**
   * The name of a session that outlives this client: its calls go on when the client ends, and whoever connects under this
   * name as the same user finds them (`calls`, `attach`). Default: a session of its own, which ends with the client.
   */
  readonly session?: string;
  /** Takes the named session from a client that is still there; that one is closed. Default false. */
  readonly steal?: boolean;
  /** Default deadline of calls in milliseconds. Default 10,000; `Infinity` for none. */
  readonly callTimeout?: number;
  /** Limits of this side that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /**
   * How large arrays get to the daemon: `'auto'` (default) through shared memory where both can read it, else through the
   * socket; `'never'` always through the socket. `'memfd'` and `'file'` name one of the ways that Linux has.
   */
  readonly handoff?: HandoffChoice;
  /**
   * `'low'`: both ends keep their event loops awake for a moment (2 ms at most) after each call and answer, so that neither has to
   * be woken for the next. That takes most of a core at each end while calls follow one another, and nothing while none
   * do. The daemon grants it to so many sessions as its limit `lowLatencySessions` says; see `Client.latency`. No effect
   * on a machine with one core. Default `'normal'`.
   *
   * `'lane'`: the same, and calls and answers go through a ring in shared memory; the socket only wakes who sleeps. Where the two
   * can't map the same memory (another user, a container, no koffi, `handoff: 'never'`, macOS) it is `'low'`. `callSync` needs it.
   */
  readonly latency?: Latency;
  /**
   * The secret that the daemon asks for, and has to prove that it knows: `{ file }`, which must be this user's or root's and
   * closed to all others, or `{ env }`, the name of an environment variable. Default: `SAMEBOX_SECRET_FILE`, else
   * `SAMEBOX_SECRET`, else none.
   */
  readonly secret?: SecretSource;
}

/** How a call is made. */
export interface CallOptions {
  /**
   * Deadline in milliseconds from now, over queueing, connecting, writing, running and reading; `Infinity` for none.
   * Default: the method's own, else that of the connection, else 10,000.
   */
  readonly timeout?: number;
  /** Cancels the call, in the daemon too; a stream that it gave ends with `CANCELLED`. */
  readonly signal?: AbortSignal;
  /** The call may be sent again when nobody knows whether it ran. Default: what the daemon declares. */
  readonly idempotent?: boolean;
  /** Whether a call that can't have run waits for the next daemon, and an idempotent one is sent again. Default true. */
  readonly retry?: boolean;
  /** Rather fail with `LEASED` than wait while another session has leased the target. Default false. */
  readonly noWait?: boolean;
  /** Hears how far the call is: a fraction from 0 to 1, and perhaps a message. */
  readonly onProgress?: (fraction: number, message?: string) => void;
  /** What happens when this side reads a stream slowly. Default `'block'`. */
  readonly slow?: SlowPolicy;
  /** Items that wait for a slow reader at most, with `slow: 'drop'`. Default 64. */
  readonly keep?: number;
  /** Milliseconds that a stream may give nothing while it is waited for; then `TIMEOUT`. Default: no limit. */
  readonly idle?: number;
}

/** Arguments by position, or by the names of the method's parameters. */
export type Arguments = readonly unknown[] | Readonly<Record<string, unknown>>;

/** @throws TypeError for an option that the daemon could make nothing of. */
export function checkCallOptions({ timeout, slow, keep, idle }: CallOptions): void {
  checkTimeout(timeout);
  checkTimeout(idle, 'idle');
  if (slow !== undefined && !Object.hasOwn(POLICY, slow))
    throw new TypeError(`slow: one of ${Object.keys(POLICY).join(', ')}`);
  if (keep !== undefined && !(Number.isSafeInteger(keep) && keep > 0))
    throw new TypeError('keep: a whole number from 1 up');
}

/** @throws TypeError */
export function checkTimeout(timeout: number | undefined, name = 'timeout'): void {
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0))
    throw new TypeError(`${name}: milliseconds from 0 up, or Infinity`);
}
