// What wakes a box's targets when an instrument is plugged in: a udev rule, and the unit that it wants.
import { systemHardening } from './hardening';
import { argument, program } from './quote';
import { serviceUser, unitName, wakeUnitName } from './unit-names';
import type { Unit } from './unit-text';
import type { UnitFacts } from './unit-facts';

/** Which devices count as instruments: serial lines that are plugged in, and those of USBTMC. */
const ARRIVALS: readonly string[] = [
  'SUBSYSTEM=="tty", KERNEL=="ttyUSB*|ttyACM*"',
  'SUBSYSTEM=="usbmisc", KERNEL=="usbtmc*"',
];

/**
 * systemd makes one unit of this template for each device, so that two that arrive at the same time are two wakings: the
 * second is not lost in the first. It runs as the daemon's user, who alone (beside root) may open targets.
 */
export function wakeUnit({ name, node, script, paths, socketGroup }: UnitFacts): Unit {
  const socket = unitName(name, 'socket');
  const command = [program(node), ...[script, 'wake', '-e', paths.listen, '--wait', '10'].map(argument)];
  return {
    about: [
      `Wakes the samebox "${name}" when an instrument is plugged in (udev wants it, see ${paths.rule}).`,
      'Written by `samebox service install --udev`, which will write it anew.',
    ],
    sections: {
      Unit: [
        { set: [`Description=samebox: an instrument for ${name} was plugged in`] },
        {
          why: ['Connecting to the socket starts the daemon, if it does not run.'],
          set: [`Requires=${socket}`, `After=${socket}`],
        },
      ],
      Service: [
        {
          why: ['Targets that could not be opened are opened now, not when somebody calls them.'],
          set: [
            'Type=oneshot',
            `ExecStart=${command.join(' ')}`,
            'TimeoutStartSec=60',
            `SyslogIdentifier=samebox@${name}`,
          ],
        },
        { set: ['Environment=HOME=/ SAMEBOX_START_CACHE=off'] },
        ...systemHardening({
          user: serviceUser(name),
          groups: socketGroup === undefined ? [] : [socketGroup],
          serialDevices: false,
        }),
      ],
    },
  };
}

/** The text of the rule. Groups and modes of the devices stay as the system's own rules set them. */
export function wakeRule({ name }: UnitFacts): string {
  const then = `TAG+="systemd", ENV{SYSTEMD_WANTS}+="${wakeUnitName(name)}"`;
  return [
    `# When an instrument is plugged in, the samebox "${name}" opens those of its targets that aren't open yet.`,
    '# Written by `samebox service install --udev`. Who may use a device is left to the rules of the system.',
    ...ARRIVALS.map((device) => `ACTION=="add", ${device}, ${then}`),
    '',
  ].join('\n');
}
