// How a box's units, files and user are called, and where they lie.
import { createHash } from 'node:crypto';
import { join } from 'node:path/posix';
import type { ServiceScope } from '../../../src/service-request';

/** Where a user's things lie. */
export interface Folders {
  /** `$XDG_CONFIG_HOME`, else `~/.config`. */
  readonly configHome: string;
  /** `$XDG_RUNTIME_DIR`. */
  readonly runtime: string;
}

/** The paths of one box's service. */
export interface UnitPaths {
  readonly service: string;
  readonly socket: string;
  /** The unit that wakes targets when an instrument arrives, and the rule that wants it: the machine's service only. */
  readonly wake: string;
  readonly rule: string;
  /** Variables for the daemon, written by the person. */
  readonly environment: string;
  /** Where clients connect. */
  readonly listen: string;
  /** What the person's own changes to the units lie in. */
  readonly dropIns: readonly string[];
}

const INSTANCE = /^samebox@(.+)\.service$/;

/** `samebox@lab.service`. */
export function unitName(name: string, type: 'service' | 'socket' = 'service'): string {
  return `samebox@${name}.${type}`;
}

/** The box whose service unit is in this file; `undefined` for other files. */
export function boxOfUnit(file: string): string | undefined {
  return INSTANCE.exec(file)?.[1];
}

/** The template of the units that wake a box's targets; systemd makes one of it for each device. */
export function wakeUnitName(name: string): string {
  return `samebox-wake-${name}@.service`;
}

/** The folder of unit files. */
export function unitFolder(scope: ServiceScope, { configHome }: Folders): string {
  return scope === 'system' ? '/etc/systemd/system' : join(configHome, 'systemd', 'user');
}

export function unitPaths(scope: ServiceScope, name: string, folders: Folders): UnitPaths {
  const units = unitFolder(scope, folders);
  const service = join(units, unitName(name));
  const socket = join(units, unitName(name, 'socket'));
  const runtime = scope === 'system' ? '/run' : folders.runtime;
  return {
    service,
    socket,
    wake: join(units, wakeUnitName(name)),
    rule: `/etc/udev/rules.d/60-samebox-${name}.rules`,
    environment: join(scope === 'system' ? '/etc' : folders.configHome, 'samebox', `${name}.env`),
    listen: join(runtime, 'samebox', `${name}.sock`),
    dropIns: [`${service}.d`, `${socket}.d`],
  };
}

/**
 * The user that the machine's service runs as: `samebox-lab`. A name that no user can have is replaced by its digest, as
 * a user's name has at most 31 letters, digits, dashes and underscores.
 */
export function serviceUser(name: string): string {
  const user = `samebox-${name}`;
  if (/^[a-z0-9_-]{1,31}$/.test(user)) return user;
  return `samebox-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
