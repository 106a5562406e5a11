// What `samebox serve` asks of the daemon's side. The two meet in bin/samebox.ts only.
import type { LogLevel } from './log-level';

/** Puts a colour on a text, or leaves it as it is. */
export type Colour = (text: string) => string;

/** The colours that the command line uses. */
export interface Paint {
  readonly bold: Colour;
  readonly dim: Colour;
  readonly red: Colour;
  readonly green: Colour;
  readonly yellow: Colour;
  readonly cyan: Colour;
}

/** A daemon to be run in this process. */
export interface ServeRequest {
  /** A config, or a folder with one. */
  readonly config: string;
  /** The simulated instruments in place of a config. */
  readonly demo: boolean;
  /** Default: the box's name. */
  readonly endpoint?: string;
  /** Default: the box's, else `'info'`. */
  readonly logLevel?: LogLevel;
  /** The folder of the service, if Windows' service control manager has started this process. */
  readonly service?: string;
  readonly logFormat: 'pretty' | 'json';
  /** Whether people read the output: they get a banner. */
  readonly banner: boolean;
  readonly coloured: boolean;
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  readonly write: (text: string) => void;
}

/** Runs a daemon. Resolves with the exit code when it has ended. */
export type Serve = (request: ServeRequest) => Promise<number>;
