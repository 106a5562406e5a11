// What runs at the prompt at the moment: its calls have no deadline, show their progress, and end with Ctrl-C.
import type { CallOptions } from '../../options';
import type { GlobalOptions } from '../globals';
import { ProgressBar } from '../progress-bar';
import type { Output } from '../terminal';

/** What a second Ctrl-C gives: nobody waits any more for what did not heed the first. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted: what runs may go on.');
  }
}

/** One evaluation after the other. */
export class Evaluation {
  /** Options of every call made at the prompt: those of the evaluation that makes it. */
  readonly callOptions: CallOptions;
  private controller = new AbortController();
  private bar: ProgressBar | undefined;
  private interrupt: (() => void) | undefined;

  constructor(
    private readonly output: Output,
    { timeout = Infinity, quiet }: Pick<GlobalOptions, 'timeout' | 'quiet'>,
  ) {
    const signal = (): AbortSignal => this.controller.signal;
    const progress = output.isTerminal && quiet === 0;
    this.callOptions = {
      timeout,
      retry: false,
      get signal() {
        return signal();
      },
      ...(progress && { onProgress: (fraction, message) => this.bar?.show(fraction, message) }),
    };
  }

  /** Whether something is awaited. */
  get running(): boolean {
    return this.interrupt !== undefined;
  }

  /** Does `work` and waits for it, or until it is abandoned: then it rejects with `Interrupted`. */
  async run(work: (signal: AbortSignal) => PromiseLike<unknown>): Promise<unknown> {
    this.controller = new AbortController();
    this.bar = new ProgressBar(this.output);
    try {
      const interrupted = new Promise<never>((_, reject) => {
        this.interrupt = () => reject(new Interrupted());
      });
      return await Promise.race([work(this.controller.signal), interrupted]);
    } finally {
      this.interrupt = undefined;
      this.bar.clear();
      this.bar = undefined;
    }
  }

  /** Ctrl-C: cancels the calls that run. False if that was done before. */
  cancel(): boolean {
    if (this.controller.signal.aborted) return false;
    this.controller.abort();
    return true;
  }

  /** Waits no longer for what did not heed the cancel. */
  abandon(): void {
    this.interrupt?.();
  }
}
