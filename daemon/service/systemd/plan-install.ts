// What installing a box takes: only what differs from what is there.
import type { Plan, Problem, Step } from '../plan';
import type { BoxToInstall, ServicePlace } from '../service-manager';
import { untilThere } from './until-there';
import { unitName } from './unit-names';
import { unitText } from './unit-text';
import { OWN_SECTION, serviceUnit } from './service-unit';
import { socketUnit } from './socket-unit';
import { told } from './told';
import type { UnitFacts } from './unit-facts';
import { wakeRule, wakeUnit } from './wake';

/** How the machine stands. */
export interface InstallFacts {
  readonly units: UnitFacts;
  /** What stands in files of ours, by path; nothing for those that aren't there. */
  readonly existing: ReadonlyMap<string, string>;
  readonly active: { readonly service: boolean; readonly socket: boolean };
  /** Whether both units start at boot already. */
  readonly enabled: boolean;
  /** The user's services only: his name, and whether they start without a login. */
  readonly user: string;
  readonly lingers: boolean;
  /** What is there when the user's manager runs, if it doesn't yet. */
  readonly awaited: string | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Remembered in the unit: uninstalling takes it back. */
export const ENABLED_LINGER = 'EnabledLinger=yes';
const GROUP = 'Group=';

/** The group that `--group` named when the unit with this text was installed. */
export function rememberedGroup(unit: string): string | undefined {
  const own = unit.split(`[${OWN_SECTION}]`)[1] ?? '';
  return new RegExp(`^${GROUP}(.+)$`, 'm').exec(own)?.[1];
}

export function planInstall(box: BoxToInstall, facts: InstallFacts): Plan {
  const { units, existing, problems, warnings } = facts;
  const files = filesOf(box, facts);
  const changed = files.filter(({ path, text }) => existing.get(path) !== text);
  const stale =
    box.settings.udev === true
      ? []
      : [units.paths.wake, units.paths.rule].filter((path) => existing.has(path));
  const steps: Step[] = [
    ...changed.map((file): Step => ({ kind: 'write', ...file })),
    ...stale.map((path): Step => ({ kind: 'remove', path })),
    ...lingering(box, facts),
    ...(changed.length + stale.length > 0 ? [run(box, 'daemon-reload')] : []),
    ...(facts.enabled ? [] : [run(box, 'enable', unitName(box.name, 'socket'), unitName(box.name))]),
    ...udev(changed, stale, units.paths.rule),
    ...startingAnew(box, facts, changed),
  ];
  return {
    steps,
    unchanged: files.filter((file) => !changed.includes(file)).map(({ path }) => path),
    problems,
    warnings,
    done: told(box, facts, steps.length > 0),
  };
}

interface File {
  readonly path: string;
  readonly text: string;
}

function filesOf({ settings }: BoxToInstall, facts: InstallFacts): File[] {
  const { units, lingers, existing } = facts;
  const { scope, paths } = units;
  const before = existing.get(paths.service) ?? '';
  const lingerIsOurs = scope === 'user' && (!lingers || before.includes(ENABLED_LINGER));
  const remembered = [
    ...(settings.group === undefined ? [] : [`${GROUP}${settings.group}`]),
    ...(lingerIsOurs ? [ENABLED_LINGER] : []),
  ];
  return [
    { path: paths.socket, text: unitText(socketUnit(units)) },
    { path: paths.service, text: unitText(serviceUnit(units, remembered)) },
    ...(settings.udev === true
      ? [
          { path: paths.wake, text: unitText(wakeUnit(units)) },
          { path: paths.rule, text: wakeRule(units) },
        ]
      : []),
  ];
}

/** Services of a user who isn't logged in run only if he lingers. */
function lingering({ scope }: BoxToInstall, { lingers, awaited, user }: InstallFacts): Step[] {
  if (scope === 'system') return [];
  const steps: Step[] = [];
  if (!lingers)
    steps.push({
      kind: 'run',
      command: ['loginctl', 'enable-linger', user],
      otherwise: `It will start when you log in, not at boot. To have it at boot: sudo loginctl enable-linger ${user}`,
    });
  if (awaited !== undefined) {
    const says = `wait until systemd runs for ${user}`;
    steps.push({ kind: 'act', says, act: () => untilThere(awaited) });
  }
  return steps;
}

function udev(changed: readonly File[], stale: readonly string[], rule: string): Step[] {
  const touched = changed.some(({ path }) => path === rule) || stale.includes(rule);
  return touched ? [{ kind: 'run', command: ['udevadm', 'control', '--reload'], mayFail: true }] : [];
}

/** One that runs takes a changed unit up by a new start, and a changed socket too: it can't be changed below it. */
function startingAnew(box: BoxToInstall, { units, active }: InstallFacts, changed: readonly File[]): Step[] {
  const both = [unitName(box.name, 'socket'), unitName(box.name)];
  const { paths } = units;
  const differs = changed.some(({ path }) => path === paths.service || path === paths.socket);
  if (active.service && active.socket && !differs) return [];
  if (!box.settings.start) return [];
  return [starting(box, active.service || active.socket ? 'restart' : 'start', ...both)];
}

/** `systemctl`, of the machine or of the user. */
export function run(
  { scope }: Pick<BoxToInstall, 'scope'>,
  ...words: string[]
): Extract<Step, { kind: 'run' }> {
  return { kind: 'run', command: ['systemctl', ...(scope === 'user' ? ['--user'] : []), ...words] };
}

/** The same, where it may turn out that the daemon doesn't run. */
export function starting(place: ServicePlace, ...words: string[]): Extract<Step, { kind: 'run' }> {
  return { ...run(place, ...words), next: `What is wrong: samebox service status -e ${place.name}` };
}
