// A box, and a machine to install it on: what the tests of plans begin with.
import type { BoxToInstall } from '../../../../daemon/service/service-manager';
import type { InstallFacts } from '../../../../daemon/service/systemd/plan-install';
import { unitPaths } from '../../../../daemon/service/systemd/unit-names';
import type { UnitFacts } from '../../../../daemon/service/systemd/unit-facts';

export const FOLDERS = { configHome: '/home/ada/.config', runtime: '/run/user/1000' };

export function unitFacts(more: Partial<UnitFacts> = {}): UnitFacts {
  const { scope = 'system', name = 'lab' } = more;
  return {
    scope,
    name,
    paths: unitPaths(scope, name, FOLDERS),
    config: '/etc/samebox/lab/samebox.config.ts',
    node: '/usr/bin/node',
    script: '/usr/lib/node_modules/samebox/dist/bin/samebox.js',
    stopSeconds: 19,
    version: 252,
    socketGroup: scope === 'system' ? 'dialout' : undefined,
    serialGroups: ['dialout'],
    ...more,
  };
}

export function boxToInstall(more: Partial<BoxToInstall> = {}): BoxToInstall {
  return {
    scope: 'system',
    name: 'lab',
    config: '/etc/samebox/lab/samebox.config.ts',
    sources: [],
    group: undefined,
    drainTimeout: 10_000,
    closingTime: 4000,
    node: '/usr/bin/node',
    script: '/usr/lib/node_modules/samebox/dist/bin/samebox.js',
    ...more,
    settings: { group: undefined, account: undefined, udev: false, start: true, ...more.settings },
  };
}

/** A machine on which nothing is installed yet. */
export function installFacts(more: Partial<InstallFacts> = {}): InstallFacts {
  return {
    units: unitFacts(),
    existing: new Map(),
    active: { service: false, socket: false },
    enabled: false,
    user: 'ada',
    lingers: false,
    awaited: undefined,
    problems: [],
    warnings: [],
    ...more,
  };
}
