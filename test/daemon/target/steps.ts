// A target whose calls begin and end when the test says so.
import { callContext } from '../../../daemon/call-context';

interface Step {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** `work(name)` begins a step that ends with `finish(name)` or `fail(name)`, whether or not its signal aborts. */
export class Steps {
  /** Names in the order in which they began. */
  readonly begun: string[] = [];
  /** How many ran at once, at most. */
  most = 0;
  readonly #running = new Map<string, Step>();
  readonly #awaited = new Map<string, ((step: Step) => void)[]>();

  async work(name: string): Promise<unknown> {
    const { signal } = callContext();
    this.begun.push(name);
    try {
      return await new Promise((resolve, reject) => {
        const step = { name, signal, resolve, reject };
        this.#running.set(name, step);
        this.most = Math.max(this.most, this.#running.size);
        for (const wake of this.#awaited.get(name)?.splice(0) ?? []) wake(step);
      });
    } finally {
      this.#running.delete(name);
    }
  }

  /** As `work`, but ends with its signal's reason when that aborts. */
  async heed(name: string): Promise<unknown> {
    const { signal } = callContext();
    signal.addEventListener('abort', () => this._fail(name, signal.reason));
    return this.work(name);
  }

  note(name: string): string {
    this.begun.push(name);
    return name;
  }

  /** The signal of a step, once it has begun. */
  async _began(name: string): Promise<AbortSignal> {
    const step =
      this.#running.get(name) ??
      (await new Promise<Step>((resolve) => {
        this.#awaited.set(name, [...(this.#awaited.get(name) ?? []), resolve]);
      }));
    return step.signal;
  }

  /** Ends a step, once it has begun. */
  async _finish(name: string, value: unknown = name): Promise<void> {
    await this._began(name);
    this.#running.get(name)?.resolve(value);
  }

  _fail(name: string, error: unknown): void {
    this.#running.get(name)?.reject(error);
  }
}

/** Resolves when `signal` has aborted. */
export function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(signal.reason);
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });
}
