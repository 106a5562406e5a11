// What removing a box takes, whatever of it is there; and starting and stopping it.
import { basename, dirname } from 'node:path/posix';
import type { Plan, Step } from '../plan';
import type { ServicePlace } from '../service-manager';
import { ENABLED_LINGER, run, starting } from './plan-install';
import { unitName, type UnitPaths } from './unit-names';

/** How the machine stands. */
export interface UninstallFacts {
  readonly paths: UnitPaths;
  /** What stands in files of ours, by path; also links to units that are gone. */
  readonly existing: ReadonlyMap<string, string>;
  /** Files of the person's that are there. */
  readonly kept: readonly string[];
  /** Whether this is the last box of its user. */
  readonly last: boolean;
  readonly user: string;
}

export function planUninstall(place: ServicePlace, facts: UninstallFacts): Plan {
  const { paths, existing, kept, last, user } = facts;
  const { name, scope } = place;
  const files = [...existing.keys()];
  const where = scope === 'system' ? 'the machine' : 'your own';
  if (files.length === 0)
    return { steps: [], done: [`${name} is no service of ${where}: nothing had to be done.`] };
  const both = [unitName(name, 'socket'), unitName(name)];
  const there = [paths.socket, paths.service]
    .filter((path) => existing.has(path))
    .map((path) => basename(path));
  const lingerIsOurs = (existing.get(paths.service) ?? '').includes(ENABLED_LINGER);
  const steps: Step[] = [
    // Stopping gives running calls their time; what it has in memory is gone with it.
    { ...run(place, 'stop', ...both), mayFail: true },
    ...(there.length > 0 ? [{ ...run(place, 'disable', ...there), mayFail: true }] : []),
    ...files.map((path): Step => ({ kind: 'remove', path })),
    run(place, 'daemon-reload'),
    { ...run(place, 'reset-failed', ...both), mayFail: true },
    ...(existing.has(paths.rule)
      ? [{ kind: 'run', command: ['udevadm', 'control', '--reload'], mayFail: true } as const]
      : []),
    {
      kind: 'run',
      command: ['rmdir', '--ignore-fail-on-non-empty', ...emptied(place, paths)],
      mayFail: true,
    },
    ...(lingerIsOurs && last
      ? [{ kind: 'run', command: ['loginctl', 'disable-linger', user], mayFail: true } as const]
      : []),
  ];
  return {
    steps,
    done: [
      `${name} is no service any more.`,
      ...(kept.length === 0 ? [] : ['What you have written stays:', ...kept.map((path) => `  ${path}`)]),
    ],
  };
}

/** Folders that installing may have made. */
function emptied({ scope }: ServicePlace, { listen, service }: UnitPaths): string[] {
  const units = dirname(service);
  return [dirname(listen), ...(scope === 'user' ? [units, dirname(units)] : [])];
}

/** Both units; a service that was given up may be tried again. */
export function planStart(place: ServicePlace): Plan {
  const both = [unitName(place.name, 'socket'), unitName(place.name)];
  return {
    steps: [{ ...run(place, 'reset-failed', ...both), mayFail: true }, starting(place, 'start', ...both)],
    done: [`${place.name} runs.`],
  };
}

/** Both units: a socket that is left open would start the service again. */
export function planStop(place: ServicePlace): Plan {
  return {
    steps: [run(place, 'stop', unitName(place.name, 'socket'), unitName(place.name))],
    done: [`${place.name} has ended. It starts again at the next boot, or by samebox service start.`],
  };
}

export function planRestart(place: ServicePlace): Plan {
  const both = [unitName(place.name, 'socket'), unitName(place.name)];
  return {
    steps: [
      { ...run(place, 'reset-failed', ...both), mayFail: true },
      // The socket stays: who connects meanwhile waits.
      starting(place, 'restart', unitName(place.name)),
    ],
    done: [`${place.name} was started anew.`],
  };
}
