// A lease that this client holds: renewed while it lives, given back when it ends.
import { SameboxError } from '../src/errors';
import type { IncomingStream } from '../src/peer/incoming-stream';
import { LONGEST_TIMER_MS } from '../src/peer/deadline-timer';
import type { Client } from './client';
import type { CallOptions } from './options';

/** How a lease is taken. */
export interface LeaseOptions extends Pick<CallOptions, 'noWait' | 'signal' | 'timeout'> {
  /**
   * Milliseconds that it lasts when this client doesn't renew it, which it does by itself while it runs; `Infinity` for as
   * long as it lives. Default 30,000.
   */
  readonly ttl?: number;
}

interface Grant {
  readonly target: string;
  readonly ttl: number;
  readonly since: number;
}

const DAEMON = '$daemon';

/** Until it is released, other sessions' calls to the target wait. `await using` releases it at the end of the block. */
export class Lease implements AsyncDisposable {
  readonly target: string;
  /** Milliseconds that it lasts without renewal. */
  readonly ttl: number;
  /** When it was granted, in milliseconds since 1970. */
  readonly since: number;
  /** Aborts when the lease is lost; `reason` is a `SameboxError` that says why. A lease that is released isn't lost. */
  readonly signal: AbortSignal;
  readonly #stream: IncomingStream;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  #released = false;

  private constructor(client: Client, stream: IncomingStream, { target, ttl, since }: Grant) {
    this.target = target;
    this.ttl = ttl;
    this.since = since;
    this.signal = this.#lost.signal;
    this.#stream = stream;
    if (ttl !== Infinity) {
      // Whether the lease is lost is told by its stream: a renewal that fails, as on a lost socket, is followed by the next.
      // It is for this daemon only, also while that drains: with `retry` it would wait for the next one.
      const renew = (): void =>
        void client
          .call(DAEMON, 'renewLease', [target], { timeout: ttl, retry: false })
          .catch(() => undefined);
      this.#timer = setInterval(renew, Math.min(ttl / 3, LONGEST_TIMER_MS)).unref();
    }
    void this.#watch();
  }

  /** @internal */
  static async take(client: Client, target: string, options: LeaseOptions): Promise<Lease> {
    const { ttl, timeout, noWait, signal } = options;
    const how = {
      ...(timeout !== undefined && { timeout }),
      ...(noWait !== undefined && { noWait }),
      ...(signal && { signal }),
    };
    const stream = (await client.call(DAEMON, 'lease', [target, ttl], how)) as IncomingStream;
    const { value } = (await stream.next()) as { value: Grant };
    return new Lease(client, stream, value);
  }

  /** Gives it back: whoever waits gets his turn. Again it does nothing. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    clearInterval(this.#timer);
    await this.#stream.return();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  /** The stream says nothing more until the lease ends. */
  async #watch(): Promise<void> {
    const reason = await this.#stream.next().then(
      () => new SameboxError('LEASED', `the lease of ${this.target} has ended`, { ran: 'yes' }),
      (error: unknown) => SameboxError.from(error),
    );
    clearInterval(this.#timer);
    if (!this.#released) this.#lost.abort(reason);
  }
}
