// The seam between `samebox service` and what runs services on a system: systemd, launchd, Windows' service control manager.
import type { InstallSettings, ServiceScope } from '../../src/service-request';
import type { Plan } from './plan';

/** One box as a service. */
export interface ServicePlace {
  readonly scope: ServiceScope;
  /** The box's name: `lab`. */
  readonly name: string;
}

/** A box to be installed. */
export interface BoxToInstall extends ServicePlace {
  /** Absolute, links followed. */
  readonly config: string;
  /** What it imports, as far as it is its project's own: absolute. */
  readonly sources: readonly string[];
  /** What its config says of the socket. */
  readonly group: string | number | undefined;
  /** Milliseconds that its running calls get when it is stopped. */
  readonly drainTimeout: number;
  /** Milliseconds that closing targets and connections may take beyond that. */
  readonly closingTime: number;
  /** The file of its secret, if its config names one. */
  readonly secretFile?: string;
  /** The program: Node, and the script `samebox`. Absolute. */
  readonly node: string;
  readonly script: string;
  readonly settings: InstallSettings;
}

/** How a service stands. */
export interface ServiceStatus extends ServicePlace {
  readonly installed: boolean;
  /** Whether it starts at boot. */
  readonly enabled: boolean;
  /** `waiting`: it is not there yet, but somebody listens for it: it starts when the first client connects. */
  readonly state: 'running' | 'starting' | 'stopping' | 'waiting' | 'stopped' | 'failed' | 'unknown';
  readonly pid?: number;
  /** What it runs: Node, the script `samebox`, and the config. Each may have gone since, as with a Node that was updated. */
  readonly node?: string;
  readonly script?: string;
  readonly config?: string;
  /** Where clients connect. */
  readonly socket?: string;
  /** As the manager calls it: `samebox@lab.service`. */
  readonly unit?: string;
  /** Since when it is in this state. */
  readonly since?: Date;
  /** In the manager's own words: why it failed, what it waits for. */
  readonly detail?: string;
  /** What is not as it should be, and what to do. */
  readonly advice?: readonly string[];
}

/** Why this user may not manage services of a scope, and how he comes to do so. */
export interface MissingRights {
  /** "Services of the machine are root's to manage": a sentence without its end. */
  readonly why: string;
  /** How the same command is run with the rights that it needs. */
  readonly how: (command: string) => string;
}

/** What runs services. Plans are made without changing anything. */
export interface ServiceManager {
  /** As people know it: `systemd`. */
  readonly title: string;
  /** The only scope that there is, where there is only one. */
  readonly onlyScope?: ServiceScope;
  /** Rights that this user lacks; asked before a plan is carried out. Without it the plans refuse by themselves. */
  readonly missingRights?: (scope: ServiceScope) => MissingRights | undefined;
  /** The boxes that are installed. */
  installed(scope: ServiceScope): Promise<readonly ServicePlace[]>;
  /** @throws SameboxError `DENIED` with the exact command to run, if this user may not. */
  install(box: BoxToInstall): Promise<Plan>;
  /** Also what is left of one that is installed in part. */
  uninstall(place: ServicePlace): Promise<Plan>;
  start(place: ServicePlace): Promise<Plan>;
  stop(place: ServicePlace): Promise<Plan>;
  restart(place: ServicePlace): Promise<Plan>;
  status(place: ServicePlace): Promise<ServiceStatus>;
  logs(place: ServicePlace, options: { readonly follow: boolean; readonly lines: number }): Promise<Plan>;
}
