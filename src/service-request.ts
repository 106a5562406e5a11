// What `samebox service` asks of the daemon's side. The two meet in bin/samebox.ts only.
import type { Paint } from './serve-request';

/** What is done with a service. */
export const SERVICE_ACTIONS = [
  'install',
  'uninstall',
  'start',
  'stop',
  'restart',
  'status',
  'logs',
] as const;
export type ServiceAction = (typeof SERVICE_ACTIONS)[number];

/** Whose service: this user's own, which runs as this user, or the machine's, which runs as one of its own. */
export type ServiceScope = 'user' | 'system';

/** A service to be managed. */
export interface ServiceRequest {
  readonly action: ServiceAction;
  /** Default: the machine's for root and administrators, else the user's; for all but `install`, where the service is found. */
  readonly scope: ServiceScope | undefined;
  /** `install`: a config, or a folder with one. Default: what is installed already, else this folder. */
  readonly config: string | undefined;
  /** The box. Default: the config's name; for all but `install`, the only one that is installed. */
  readonly name: string | undefined;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly install: InstallSettings;
  readonly logs: { readonly follow: boolean; readonly lines: number };
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  readonly write: (text: string) => void;
  /** What is no answer to the question: steps, warnings. */
  readonly tell: (text: string) => void;
  /** A line of the daemon's log for people. */
  readonly logLine: (line: string) => string;
}

/** What only `install` is told. */
export interface InstallSettings {
  /**
   * POSIX: the group that may connect to the machine's service. Default: what was said when it was installed, else the config's
   * `socket.group`, else that of serial ports.
   */
  readonly group: string | undefined;
  /** Windows: the account that it runs as. Default `'virtual'`, which has a name and rights of its own. */
  readonly account: 'virtual' | 'local-service' | undefined;
  /** Linux: also a udev rule, by which an instrument's arrival wakes its target. Default: as it is installed, else no. */
  readonly udev: boolean | undefined;
  /** Whether it is started at once, and not at the next boot only. */
  readonly start: boolean;
}

/** Manages a service. Resolves with the exit code. */
export type ManageService = (request: ServiceRequest) => Promise<number>;
