// The service unit of a box, as data: what is run, when, and with which rights.
import { dirname } from 'node:path/posix';
import { systemHardening, userHardening } from './hardening';
import { argument, listedPath, program, wholePath } from './quote';
import { aboutUnit, type UnitFacts } from './unit-facts';
import { serviceUser, unitName } from './unit-names';
import type { Group, Unit } from './unit-text';

/** Every 30 s the daemon says that it lives; one that doesn't for so long hangs. */
const WATCHDOG_SECONDS = 60;
/** systemd knows rising pauses between restarts from this version on. */
const RISING_PAUSES = 254;

/** Settings in a section of this name are ignored by systemd: what `samebox service` has to remember. */
export const OWN_SECTION = 'X-Samebox';

export function serviceUnit(facts: UnitFacts, remembered: readonly string[] = []): Unit {
  const { scope, name, paths, config, node, script } = facts;
  const system = scope === 'system';
  const socket = unitName(name, 'socket');
  const mounts = listedPath(dirname(config));
  const command = [
    program(node),
    ...[script, 'serve', config, '-e', name, '--log-format', 'json'].map(argument),
  ];
  return {
    about: aboutUnit(facts, 'service'),
    sections: {
      Unit: [
        { set: [`Description=samebox: the instruments of ${name}`] },
        {
          why: [
            'systemd holds the socket: clients connect from the first moment on, and wait until the daemon is there.',
          ],
          set: [`Requires=${socket}`, `After=${socket}`],
        },
        {
          why: ['Disks first, if the config lies on one that is mounted at boot.'],
          set: system && mounts !== undefined ? [`RequiresMountsFor=${mounts}`] : [],
        },
        {
          why: ['Given up only if it fails 15 times within a minute.'],
          set: ['StartLimitIntervalSec=60', 'StartLimitBurst=15'],
        },
      ],
      Service: [
        {
          why: [
            'The daemon says when it is ready, and then that it lives: one that hangs for a minute is killed.',
          ],
          set: ['Type=notify', 'NotifyAccess=main', `WatchdogSec=${WATCHDOG_SECONDS}`],
        },
        {
          why: ['Node runs samebox with this config; the log goes to the journal under this name.'],
          set: [
            `ExecStart=${command.join(' ')}`,
            `WorkingDirectory=${wholePath(dirname(config))}`,
            `SyslogIdentifier=samebox@${name}`,
          ],
        },
        {
          why: ['Variables for it, NAME=value in each line, if you write that file: secrets, say.'],
          set: [`EnvironmentFile=-${wholePath(paths.environment)}`],
        },
        {
          why: [
            `\`systemctl ${system ? '' : '--user '}reload\`: the config is read again, and nobody's connection is dropped.`,
          ],
          set: ['ExecReload=/bin/kill -HUP $MAINPID'],
        },
        {
          why: [
            "Stopping: running calls may end, as long as the config's drainTimeout says; then all is closed.",
          ],
          set: ['KillMode=mixed', `TimeoutStopSec=${stopTime(facts.stopSeconds)}`],
        },
        {
          why: [
            'A crash is followed by a new start. A config with a mistake (exit code 2) waits for who mends it.',
          ],
          set: [...restart(facts.version), 'RestartPreventExitStatus=2'],
        },
        ...(system ? cache(name) : []),
        ...(system
          ? systemHardening({ user: serviceUser(name), groups: facts.serialGroups, serialDevices: true })
          : userHardening()),
      ],
      Install: [
        {
          why: ['Instruments are opened at boot, not when the first client comes.'],
          set: [`WantedBy=${system ? 'multi-user.target' : 'default.target'}`],
        },
      ],
      [OWN_SECTION]: [
        { why: ['For the next installation, and for uninstalling; systemd skips it.'], set: remembered },
      ],
    },
  };
}

function stopTime(seconds: number): string {
  return seconds === Infinity ? 'infinity' : String(Math.ceil(seconds));
}

function restart(version: number): string[] {
  return version >= RISING_PAUSES
    ? ['Restart=on-failure', 'RestartSec=1', 'RestartSteps=5', 'RestartMaxDelaySec=30']
    : ['Restart=on-failure', 'RestartSec=5'];
}

/**
 * In memory, and removed with the service: nothing of it is left to be uninstalled, and code that is run is never older than
 * this start. The price: each start compiles and prepares the config anew.
 */
function cache(name: string): Group[] {
  const folder = `samebox/${name}`;
  return [
    {
      why: [
        'What it compiles lies in memory, and what a library may keep in a home; it is gone when it stops.',
      ],
      set: [
        `RuntimeDirectory=${folder}`,
        'RuntimeDirectoryMode=0700',
        `Environment=HOME=%t/${folder} XDG_CACHE_HOME=%t/${folder}`,
      ],
    },
  ];
}
