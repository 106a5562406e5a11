// What `samebox serve` asks of the daemon's side. The two meet in bin/samebox.ts only.
import type { Colour } from './paint';

/** How much a daemon logs. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of the log levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A daemon to be run in this process. */
export interface ServeRequest {
  /** A config, or a folder with one. */
  readonly config: string;
  /** The simulated instruments in place of a config. */
  readonly demo: boolean;
  readonly endpoint?: string;
  readonly logLevel?: LogLevel;
  readonly logFormat: 'pretty' | 'json';
  /** Whether people read the output: they get a banner. */
  readonly banner: boolean;
  readonly coloured: boolean;
  readonly paint: Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', Colour>>;
  /** Columns of the terminal. */
  readonly width: number;
  readonly write: (text: string) => void;
}

/** Runs a daemon. Resolves with the exit code when it has ended. */
export type Serve = (request: ServeRequest) => Promise<number>;
