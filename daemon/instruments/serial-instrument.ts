// The class that instruments on a serial line extend: queries in order, each with its own answer.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { callContext, insideCall } from '../call-context';
import { CONNECTION_STATE, type ConnectionState } from '../connection-state';
import {
  InstrumentAnswerError,
  InstrumentClosed,
  InstrumentDisconnected,
  InstrumentOutOfStep,
  InstrumentTimeout,
} from './errors';
import { Lane } from './lane';
import { LineConversation, type Ask, type Outcome } from './line-conversation';
import { LineSplitter } from './line-splitter';
import { positive, resolveOptions, type ResolvedOptions, type SerialOptions } from './options';
import { SerialLink } from './serial-link';

/** Options of one query or command. */
export interface QueryOptions {
  /** How long the instrument may take, in milliseconds. Default: the instrument's `timeout`. */
  readonly timeout?: number;
  /**
   * Gives it up when aborted. Default: the signal of the call that is being served, which also stands for its deadline;
   * `null` for none, as clean-up after a cancel needs it.
   */
  readonly signal?: AbortSignal | null;
}

/** How an instrument's connection stands. */
export interface ConnectionInfo {
  /** `waiting`: the device is away, and its port is tried again and again. */
  readonly state: 'new' | 'opening' | 'open' | 'waiting' | 'closed';
  /** The port, as it was opened last. */
  readonly path: string;
  /** What went wrong last: why it isn't open, what broke it, or why a setting couldn't be sent. */
  readonly lastError?: string;
  /** Attempts to open the port since the device was last heard; 0 while it is open. */
  readonly attempts: number;
  /** How often the device came back. */
  readonly reopened: number;
  /** Lines that were dropped: answers that came too late, and what came unasked. */
  readonly dropped: number;
}

/**
 * An instrument that speaks in lines over a serial port.
 *
 * Extend it, and open it with `open()`, which takes what the constructor takes:
 * ```ts
 * class PowerMeter extends SerialInstrument {
 *   get identity(): Promise<string> { return this.query('*IDN?'); }
 *   get range(): Promise<number> { return this.queryNumber('RANG?'); }
 *   set range(value: number) { this._send(`RANG ${value}`); }
 * }
 * const pm = await PowerMeter.open({ path: '/dev/ttyUSB0', baudRate: 115200 });
 * ```
 * `query` is one write-then-read that no other caller can get between. After a timeout or a cancel, the late answer is
 * waited for and dropped before the next query is written. A device that goes away and comes back is opened again.
 */
export class SerialInstrument implements AsyncDisposable {
  readonly #options: ResolvedOptions;
  readonly #link: SerialLink;
  readonly #conversation: LineConversation;
  readonly #lane = new Lane();
  /** The lane of the sequence that the running code belongs to. */
  readonly #sequence = new AsyncLocalStorage<Lane>();
  #callOff: (() => void) | undefined;
  #lastError: string | undefined;

  /**
   * Nothing is opened yet: use `open()`.
   * @throws TypeError, RangeError if an option doesn't fit.
   */
  constructor(options: SerialOptions) {
    const resolved = resolveOptions(options);
    this.#options = resolved;
    const { lines, clock } = resolved;
    const splitter = new LineSplitter(lines, {
      line: (line) => this.#input(() => this.#conversation.line(line)),
      overlong: () => this.#input(() => this.#conversation.overlong()),
    });
    this.#link = new SerialLink(resolved, {
      opened: () => this.#conversation.opened(),
      data: (chunk) => splitter.push(chunk),
      lost: () => {
        splitter.reset();
        this.#lastError = undefined;
        this.#input(() => this.#conversation.lost());
      },
    });
    this.#conversation = new LineConversation({
      now: () => clock.now(),
      lateWindow: resolved.lateWindow,
      sync: resolved.sync,
      write: (command) => {
        const bytes = Buffer.from(command + resolved.terminator, lines.encoding);
        this.#link.write(bytes, () => this.#input(() => this.#conversation.written()));
      },
    });
  }

  /**
   * Makes an instrument and opens its port. Takes the arguments of the class's constructor.
   * @throws InstrumentOpenError naming the port and the next step: no such port, no permission, in use elsewhere.
   */
  static async open<C extends new (...args: never[]) => SerialInstrument>(
    this: C,
    ...args: ConstructorParameters<C>
  ): Promise<InstanceType<C>> {
    const instrument = new (this as unknown as new (...args: unknown[]) => SerialInstrument)(...args);
    await instrument.#link.open();
    return instrument as InstanceType<C>;
  }

  /** Whether the port is open. While it isn't, queries fail at once, and it is tried again and again. */
  get connected(): boolean {
    return this.#link.state === 'open';
  }

  /** For the daemon's list and status. */
  get [CONNECTION_STATE](): ConnectionState {
    const { connected } = this;
    return connected ? { connected } : { connected, reason: this.#link.reason };
  }

  /** How the connection stands: state, port, last error, what was dropped. */
  get connection(): ConnectionInfo {
    const { state, path, attempts, reopened } = this.#link;
    const lastError = this.#lastError ?? this.#link.lastError;
    const { dropped } = this.#conversation;
    return { state, path, ...(lastError === undefined ? {} : { lastError }), attempts, reopened, dropped };
  }

  /**
   * Writes a command and reads its one-line answer, without its terminator.
   * @throws InstrumentTimeout, InstrumentDisconnected, InstrumentOutOfStep, InstrumentAnswerError (no end), TypeError
   *   (a command with a line terminator in it), or the reason of the signal.
   */
  async query(command: string, options: QueryOptions = {}): Promise<string> {
    return this.#exchange(command, true, options);
  }

  /**
   * As `query`, with the answer as a number.
   * @throws InstrumentAnswerError if it isn't one; what `query` throws.
   */
  async queryNumber(command: string, options: QueryOptions = {}): Promise<number> {
    const answer = await this.query(command, options);
    const number = answer.trim() === '' ? NaN : Number(answer);
    if (!Number.isNaN(number)) return number;
    throw new InstrumentAnswerError(
      this.#link.path,
      command,
      answer,
      `${JSON.stringify(answer)}, which is not a number`,
    );
  }

  /**
   * Writes a command that has no answer. Resolves when the port has taken it, which isn't yet when the instrument did.
   * @throws InstrumentTimeout if the port doesn't take it; otherwise what `query` throws.
   */
  async write(command: string, options: QueryOptions = {}): Promise<void> {
    await this.#exchange(command, false, options);
  }

  /**
   * For property setters, which can't wait: writes a command without answer. Within a call, the call isn't finished
   * before the port has taken it, and fails if it doesn't; elsewhere a failure stands in `connection.lastError`.
   */
  protected _send(command: string): void {
    this._finish(this.write(command));
  }

  /** For property setters: as `_send`, for whatever takes time. */
  protected _finish(work: Promise<unknown>): void {
    if (insideCall()) callContext().waitUntil(work);
    work.catch(
      (error: unknown) => (this.#lastError = error instanceof Error ? error.message : String(error)),
    );
  }

  /**
   * Runs several steps with no other caller's between: every `query` and `write` of this instrument that `body` makes,
   * directly or not, belongs to the sequence. Sequences may be nested.
   */
  protected async _exclusive<T>(body: () => Promise<T>): Promise<T> {
    const outer = this.#currentLane;
    return outer.take(() => {
      const inner = new Lane(outer);
      return this.#sequence.run(inner, async () => {
        try {
          return await body();
        } finally {
          await inner.finish();
        }
      });
    }, callSignal());
  }

  /** Closes the port for good. What is in progress fails with `InstrumentClosed`. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.#link.close();
    this.#input(() => this.#conversation.lost());
    await closing;
  }

  get #currentLane(): Lane {
    return (this.#sequence.getStore() ?? this.#lane).current;
  }

  async #exchange(command: string, answered: boolean, options: QueryOptions): Promise<string> {
    this.#check(command);
    const timeout = positive('timeout', options.timeout ?? this.#options.timeout);
    const signal = options.signal === undefined ? callSignal() : (options.signal ?? undefined);
    // Many queries may wait with one signal: that is no leak.
    if (signal !== undefined) setMaxListeners(0, signal);
    this.#assertOpen(command);
    return this.#currentLane.take(() => this.#ask(command, answered, timeout, signal), signal);
  }

  #ask(command: string, answered: boolean, timeout: number, signal?: AbortSignal): Promise<string> {
    this.#assertOpen(command);
    return new Promise((resolve, reject) => {
      const ask: Ask = {
        command,
        answered,
        timeout,
        settle: (outcome) => {
          signal?.removeEventListener('abort', cancel);
          if (outcome.kind === 'answer') resolve(outcome.line);
          else if (outcome.kind === 'written') resolve('');
          else reject(this.#failure(ask, outcome));
        },
      };
      const cancel = (): void => {
        this.#input(() => this.#conversation.cancel(ask));
        reject(signal?.reason as Error);
      };
      if (signal?.aborted === true) return reject(signal.reason as Error);
      signal?.addEventListener('abort', cancel, { once: true });
      this.#input(() => this.#conversation.ask(ask));
    });
  }

  #failure({ command, timeout }: Ask, outcome: Exclude<Outcome, { kind: 'answer' | 'written' }>): Error {
    const { path, reason, state } = this.#link;
    switch (outcome.kind) {
      case 'timeout':
        return new InstrumentTimeout(path, command, timeout, this.#hint);
      case 'blocked':
        return new InstrumentTimeout(
          path,
          command,
          timeout,
          'The port does not take what is written: check flow control.',
        );
      case 'silent':
        return new InstrumentOutOfStep(path, command, this.#options.sync?.query ?? '', outcome.waited);
      case 'overlong':
        return new InstrumentAnswerError(
          path,
          command,
          '',
          `a line of more than ${this.#options.lines.maxLine} bytes`,
        );
      case 'lost':
        if (state === 'closed') return new InstrumentClosed(path, true);
        return new InstrumentDisconnected(path, command, outcome.written, reason);
    }
  }

  get #hint(): string {
    const terminator = JSON.stringify(this.#options.terminator);
    return `Is it switched on, and do baud rate (${this.#options.settings.baudRate ?? '?'}) and terminator (${terminator}) fit?`;
  }

  #check(command: string): void {
    if (typeof command !== 'string') throw new TypeError('a command is a text');
    const { terminator } = this.#options;
    if (!command.includes(terminator) && !command.includes('\n')) return;
    throw new TypeError(`${JSON.stringify(command)} holds a line terminator: send one command at a time`);
  }

  #assertOpen(command: string): void {
    const { state, path, reason } = this.#link;
    if (state === 'open') return;
    if (state === 'waiting') throw new InstrumentDisconnected(path, command, false, reason);
    throw new InstrumentClosed(path, state === 'closed');
  }

  /** Something happens to the conversation; afterwards it may want to be woken at another time. */
  #input(happens: () => void): void {
    happens();
    this.#callOff?.();
    this.#callOff = undefined;
    const { clock } = this.#options;
    const { wakeAt } = this.#conversation;
    if (wakeAt === Infinity) return;
    this.#callOff = clock.after(wakeAt - clock.now(), () => this.#input(() => this.#conversation.tick()));
  }
}

/** The signal of the call that is being served, if one is. */
function callSignal(): AbortSignal | undefined {
  return insideCall() ? callContext().signal : undefined;
}
