// One serial port, kept open: opened, watched, and opened again when it went away.
import { sleep, type Clock } from './clock';
import { InstrumentOpenError } from './errors';
import { noticeHangUp } from './hang-up';
import { FAILURES, openError } from './open-failure';
import { addressName, findPort, type PortAddress } from './port-finder';
import { Backoff, type BackoffBounds } from '../../src/backoff';
import {
  portStream,
  systemBinding,
  type PortSettings,
  type PortStream,
  type SerialBinding,
} from './serial-port';

/** What a link needs to know. */
export interface LinkOptions {
  readonly address: PortAddress;
  readonly settings: PortSettings;
  readonly binding: SerialBinding | undefined;
  readonly reopen: BackoffBounds;
  readonly settleTime: number;
  readonly clock: Clock;
}

/** Whom a link tells. */
export interface LinkEvents {
  /** The port is open and empty. */
  opened(): void;
  data(chunk: Buffer): void;
  /** The device went away. It is opened again when it is back. */
  lost(): void;
}

/**
 * Where a link stands: not opened yet, being opened for the first time, open, gone and being tried again, or closed
 * for good.
 */
export type LinkState = 'new' | 'opening' | 'open' | 'waiting' | 'closed';

/** A port that comes back. */
export class SerialLink {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #backoff: Backoff;
  #state: LinkState = 'new';
  #port: PortStream | undefined;
  #path: string;
  #reason = '';
  #lastError: string | undefined;
  #reopened = 0;
  #callOff: (() => void) | undefined;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#backoff = new Backoff(options.reopen);
    this.#path = addressName(options.address);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** The port, as it was opened last, else as it was asked for. */
  get path(): string {
    return this.#path;
  }

  /** Why it isn't open, in short. */
  get reason(): string {
    return this.#reason;
  }

  /** What went wrong last, in full; `undefined` if nothing ever did. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Attempts to open it since the device was last heard; 0 while it is open. */
  get attempts(): number {
    return this.#state === 'open' ? 0 : this.#backoff.attempts;
  }

  /** How often it came back. */
  get reopened(): number {
    return this.#reopened;
  }

  /**
   * Opens it for the first time. A failure here is final: nothing is tried again.
   * @throws InstrumentOpenError that says what stands in the way and what to do.
   */
  async open(): Promise<void> {
    if (this.#state !== 'new') throw new Error(`${this.#path} is open already, or was closed`);
    this.#state = 'opening';
    try {
      await this.#attempt();
    } catch (error) {
      this.#state = 'closed';
      throw error;
    }
  }

  /** Hands bytes to the port; `taken` is called when the system has them. Nothing happens if it isn't open. */
  write(bytes: Buffer, taken: () => void): void {
    const port = this.#port;
    port?.write(bytes, (error) => {
      if (error) this.#lose(port, error);
      else if (port === this.#port) taken();
    });
  }

  /** Closes it for good. */
  async close(): Promise<void> {
    const port = this.#port;
    this.#state = 'closed';
    this.#port = undefined;
    this.#callOff?.();
    if (port !== undefined) await closed(port);
  }

  async #attempt(): Promise<void> {
    const { address, settings, clock, settleTime } = this.#options;
    const binding = this.#options.binding ?? systemBinding();
    const port = await this.#opened(address, settings, binding);
    // From here on a loss is noticed; what comes before the port is settled is not an answer to anything.
    port.on('error', (error) => this.#lose(port, error));
    port.once('close', (error: Error | null | undefined) =>
      this.#lose(port, error ?? new Error('the port was closed')),
    );
    port.once('end', () => this.#lose(port, new Error('the line ended')));
    port.resume();
    if (settleTime > 0) await sleep(clock, settleTime);
    await new Promise<void>((resolve) => port.flush(() => resolve()));
    if (!port.isOpen)
      throw new InstrumentOpenError(this.#path, 'failed', `${this.#path} went away while it was opened`);
    if (this.#state === 'closed') return closed(port);
    this.#port = port;
    this.#state = 'open';
    this.#events.opened();
    port.on('data', (chunk: Buffer) => {
      if (port !== this.#port) return;
      // Only now: a port that opens and breaks at once is to be tried less and less often.
      this.#backoff.reset();
      this.#events.data(chunk);
    });
  }

  async #opened(address: PortAddress, settings: PortSettings, binding: SerialBinding): Promise<PortStream> {
    let path = addressName(address);
    try {
      path = await findPort(address, binding);
      const port = portStream(binding, path, settings);
      await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
      noticeHangUp(port);
      this.#path = path;
      return port;
    } catch (error) {
      throw await openError(path, error, this.#state === 'opening' ? binding : undefined);
    }
  }

  #lose(port: PortStream, error: Error): void {
    if (port !== this.#port) return;
    this.#port = undefined;
    this.#state = 'waiting';
    this.#reason = this.#lastError = error.message;
    void closed(port);
    this.#events.lost();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#state === 'closed') return;
    this.#callOff = this.#options.clock.after(this.#backoff.next(), () => {
      this.#attempt().then(
        () => (this.#reopened += this.#state === 'open' ? 1 : 0),
        (error: Error) => {
          this.#reason = error instanceof InstrumentOpenError ? FAILURES[error.failure] : error.message;
          this.#lastError = error.message;
          this.#schedule();
        },
      );
    });
  }
}

/** Closes a port, whatever state it is in. */
function closed(port: PortStream): Promise<void> {
  port.on('error', () => undefined);
  if (!port.isOpen) return Promise.resolve();
  return new Promise((resolve) => port.close(() => resolve()));
}
