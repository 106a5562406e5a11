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
  /** What its config says of the socket. */
  readonly group: string | number | undefined;
  /** Milliseconds that its running calls get when it is stopped. */
  readonly drainTimeout: number;
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
  readonly state: 'running' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'unknown';
  readonly pid?: number;
  readonly config?: string;
  /** In the manager's own words: why it failed, what it waits for. */
  readonly detail?: string;
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
  /** Rights that this user lacks; asked before a plan is carried out. Without it the plans refuse by themselves. */
  readonly missingRights?: (scope: ServiceScope) => MissingRights | undefined;
  /** The boxes that are installed. */
  installed(scope: ServiceScope): Promise<readonly ServicePlace[]>;
  /** @throws SameboxError `DENIED` with the exact command to run, if this user may not. */
  install(box: BoxToInstall): Promise<Plan>;
  uninstall(place: ServicePlace): Promise<Plan>;
  start(place: ServicePlace): Promise<Plan>;
  stop(place: ServicePlace): Promise<Plan>;
  restart(place: ServicePlace): Promise<Plan>;
  status(place: ServicePlace): Promise<ServiceStatus>;
  logs(place: ServicePlace, options: { readonly follow: boolean; readonly lines: number }): Promise<Plan>;
}
