// What `samebox doctor` asks of the daemon's side, and what it is told. The two meet in bin/samebox.ts only.
import type { SameboxError } from './errors';
import type { DaemonStatus } from './status';

/**
 * How grave a finding is. `'note'`: worth knowing. `'warning'`: something is slower, weaker or about to fail. `'problem'`:
 * something doesn't work.
 */
export type Level = 'ok' | 'note' | 'warning' | 'problem';

/** What is looked at, in the order in which it is told. */
export const CHECKS = [
  'node',
  'native',
  'shared-memory',
  'descriptors',
  'clock',
  'cache',
  'directory',
  'daemon',
  'lock',
  'target',
  'serial',
  'config',
  'service',
] as const;

/** One thing that is looked at. */
export type Check = (typeof CHECKS)[number];

/** What was found. */
export interface Finding {
  readonly check: Check;
  readonly level: Level;
  /** A fact, in one sentence without its full stop. */
  readonly says: string;
  /** What to do about it. */
  readonly todo?: string;
}

/** What a daemon said that was asked as any client asks. */
export type DaemonAnswer =
  | {
      readonly status: DaemonStatus;
      /** The number of the session that asked. */
      readonly session: number;
    }
  | { readonly error: SameboxError };

/** What is to be looked at. */
export interface DoctorRequest {
  /** A config, or a folder with one. Default: that of this folder, if it has one. */
  readonly config: string | undefined;
  /** A name, socket path or pipe. Default: all of this user. */
  readonly endpoint: string | undefined;
  /** Asks the daemon that listens at a path. Never rejects, and takes a few seconds at most. */
  readonly ask: (path: string) => Promise<DaemonAnswer>;
}

/** Looks, and changes nothing. Each finding comes as soon as it and those before it are known. */
export type Examine = (request: DoctorRequest) => AsyncIterable<Finding>;
