// Where a command writes: standard output and error, what they can show, and their quiet end.
import { once } from 'node:events';
import type { WriteStream } from 'node:tty';
import { COLOURED, PLAIN, wantsColour, type Paint } from './paint';

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** One output of a command. */
export class Output {
  readonly paint: Paint;

  constructor(
    readonly stream: NodeJS.WriteStream,
    env: Readonly<Record<string, string | undefined>> = process.env,
  ) {
    this.paint = wantsColour(this.isTerminal, env) ? COLOURED : PLAIN;
  }

  /** Whether a person reads it. */
  get isTerminal(): boolean {
    return this.stream.isTTY === true;
  }

  get coloured(): boolean {
    return this.paint !== PLAIN;
  }

  /** Columns of the terminal; without one nothing needs to be cut. */
  get width(): number {
    if (!this.isTerminal) return Infinity;
    return (this.stream as Partial<WriteStream>).columns || DEFAULT_COLUMNS;
  }

  /** Rows of the terminal. */
  get rows(): number {
    return (this.stream as Partial<WriteStream>).rows || DEFAULT_ROWS;
  }

  write(text: string): void {
    this.stream.write(text);
  }

  /** Writes a line, or several. */
  line(text: string | readonly string[] = ''): void {
    this.stream.write(`${typeof text === 'string' ? text : text.join('\n')}\n`);
  }

  /** Writes a line; resolves when the reader keeps up. */
  async paced(text: string): Promise<void> {
    if (!this.stream.write(`${text}\n`)) await once(this.stream, 'drain');
  }
}

/** The outputs of this process. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
}

/** For a daemon: a terminal that was closed, or a reader that went away, doesn't end it. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error').on('error', () => undefined);
  }
}

/** The outputs of this process. A reader that goes away (`| head`) ends the process quietly. */
export function openTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // What was asked for has been read: the daemon cancels a running stream when this process is gone.
      if (error.code === 'EPIPE' || error.code === 'EIO') process.exit();
      throw error;
    });
  }
  return { out: new Output(process.stdout), err: new Output(process.stderr) };
}
