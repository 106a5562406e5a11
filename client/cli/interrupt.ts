// Ctrl-C and the other signals: the first cancels what runs, the second ends the process at once.
import { EXIT, type ExitCode } from './exit-codes';

const CODES: Readonly<Partial<Record<NodeJS.Signals, ExitCode>>> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
};

/** The signals that this process gets while a command runs. */
export class Interrupts {
  private readonly controller = new AbortController();
  /** The exit code of the signal that came, if one did. */
  code: ExitCode | undefined;

  constructor(hear = true) {
    if (!hear) return;
    for (const name of Object.keys(CODES) as NodeJS.Signals[]) process.on(name, this.onSignal);
  }

  /** Aborts at the first signal. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The signals have their usual effect again. */
  remove(): void {
    for (const name of Object.keys(CODES) as NodeJS.Signals[]) process.off(name, this.onSignal);
  }

  private readonly onSignal = (name: NodeJS.Signals): void => {
    if (this.code !== undefined) process.exit(this.code);
    this.code = CODES[name] ?? EXIT.failed;
    this.controller.abort(name);
  };
}
