// What the person is told when a box is installed: how it stands, and where to find what belongs to it.
import type { BoxToInstall } from '../service-manager';
import type { InstallFacts } from './plan-install';
import { unitName, wakeUnitName } from './unit-names';

/** @param changed whether anything had to be done. */
export function told(box: BoxToInstall, { units, active }: InstallFacts, changed: boolean): string[] {
  const { name, scope, settings, config } = box;
  const { paths, socketGroup } = units;
  const of = scope === 'user' ? '--user ' : '';
  const state = !changed
    ? `${name} is installed as it should be; nothing had to be done.`
    : settings.start
      ? `${name} is installed and runs: now, and from every boot on.`
      : active.service
        ? `${name} is installed; what runs is still as before, until samebox service restart.`
        : `${name} is installed: it starts at the next boot, or when somebody connects.`;
  const log = `samebox service logs -f`;
  const updated = !changed && active.service;
  return [
    state,
    ...(updated
      ? ['If samebox or Node was updated, what runs takes it up with: samebox service restart']
      : []),
    `config  ${config}`,
    `socket  ${paths.listen}, for ${whoMay(scope, socketGroup)}`,
    ...(socketGroup === undefined
      ? []
      : [`        add someone: sudo usermod -aG ${socketGroup} NAME (at their next login)`]),
    `log     ${log}`,
    `more    ${paths.environment} (variables for it), systemctl ${of}edit ${unitName(name)} (settings of your own)`,
    ...(settings.udev === true
      ? [`udev    ${wakeUnitName(name)} opens targets when an instrument is plugged in`]
      : []),
  ];
}

function whoMay(scope: BoxToInstall['scope'], group: string | undefined): string {
  if (scope === 'user') return 'you alone';
  return group === undefined ? 'root alone' : `root and the group ${group}`;
}
