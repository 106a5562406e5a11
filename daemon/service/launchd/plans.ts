// What installing, removing, starting and stopping a box takes with launchd.
import { dirname } from 'node:path/posix';
import type { Plan, Step } from '../plan';
import type { BoxToInstall, ServicePlace } from '../service-manager';
import { jobDomain, jobPaths, jobTarget, jobText, type MacHost } from './job';

/** How the machine stands. */
export interface JobFacts {
  readonly host: MacHost;
  /** The text of the property list; `undefined` if there is none. */
  readonly existing: string | undefined;
  /** Whether launchd knows the job. */
  readonly loaded: boolean;
  /** Files of the person's that are there. */
  readonly kept: readonly string[];
}

export function planInstall(box: BoxToInstall, { host, existing, loaded }: JobFacts): Plan {
  const { scope, name, settings, config } = box;
  const paths = jobPaths(scope, name, host);
  const text = jobText(box, host);
  const changed = existing !== text;
  const load = settings.start && (changed || !loaded);
  const steps: Step[] = [
    ...(changed ? [{ kind: 'write', path: paths.plist, text } as const] : []),
    ...(changed ? logFolder(box, dirname(paths.log), host) : []),
    ...(load ? [launchctl('enable', jobTarget(scope, name, host))] : []),
    ...(load && loaded ? [{ ...launchctl('bootout', jobTarget(scope, name, host)), mayFail: true }] : []),
    ...(load ? [launchctl('bootstrap', jobDomain(scope, host), paths.plist)] : []),
  ];
  const since = scope === 'system' ? 'from every boot on' : 'at every login';
  return {
    steps,
    unchanged: changed ? [] : [paths.plist],
    warnings: warningsOf(box, host),
    done: [
      steps.length === 0
        ? `${name} is installed as it should be; nothing had to be done.`
        : `${name} is installed${load ? ' and runs: now, and' : ': it runs'} ${since}.`,
      `config  ${config}`,
      `log     ${paths.log}, or samebox service logs -f`,
      `more    ${paths.environment} (variables for it)`,
    ],
  };
}

export function planUninstall(
  { scope, name }: ServicePlace,
  { host, existing, loaded, kept }: JobFacts,
): Plan {
  const paths = jobPaths(scope, name, host);
  if (existing === undefined && !loaded)
    return { steps: [], done: [`${name} is no service: nothing had to be done.`] };
  return {
    steps: [
      { ...launchctl('bootout', jobTarget(scope, name, host)), mayFail: true },
      { kind: 'remove', path: paths.plist },
      { kind: 'remove', path: paths.log },
      { kind: 'run', command: ['rmdir', dirname(paths.log)], mayFail: true },
    ],
    done: [
      `${name} is no service any more.`,
      ...(kept.length === 0 ? [] : ['What you have written stays:', ...kept.map((path) => `  ${path}`)]),
    ],
  };
}

/** A job that was stopped stays known to launchd; one that isn't known is made known, which starts it. */
export function planStart({ scope, name }: ServicePlace, { host, loaded }: JobFacts): Plan {
  const step = loaded
    ? launchctl('kickstart', jobTarget(scope, name, host))
    : launchctl('bootstrap', jobDomain(scope, host), jobPaths(scope, name, host).plist);
  return { steps: [step], done: [`${name} runs.`] };
}

/** SIGTERM ends it in order, with exit code 0: launchd leaves it so. */
export function planStop({ scope, name }: ServicePlace, { host }: JobFacts): Plan {
  return {
    steps: [launchctl('kill', 'SIGTERM', jobTarget(scope, name, host))],
    done: [
      `${name} ends. It starts again at the next ${scope === 'system' ? 'boot' : 'login'}, or by samebox service start.`,
    ],
  };
}

/** `-k` ends what runs in the same way first. */
export function planRestart({ scope, name }: ServicePlace, { host }: JobFacts): Plan {
  return {
    steps: [launchctl('kickstart', '-k', jobTarget(scope, name, host))],
    done: [`${name} was started anew.`],
  };
}

function launchctl(...words: string[]): Extract<Step, { kind: 'run' }> {
  return { kind: 'run', command: ['launchctl', ...words] };
}

/** launchd opens the log as the job's user, and makes no folder for it. */
function logFolder({ scope }: BoxToInstall, folder: string, { behindSudo }: MacHost): Step[] {
  const owner = scope === 'system' && behindSudo !== undefined ? ['-o', behindSudo] : [];
  return [{ kind: 'run', command: ['install', '-d', ...owner, folder] }];
}

function warningsOf({ scope, group, settings }: BoxToInstall, { behindSudo }: MacHost): string[] {
  if (scope === 'user') return [];
  return [
    ...(behindSudo === undefined
      ? ['It will run as root. To have it run as a user, install it with sudo from that user.']
      : [`It will run as ${behindSudo}, from boot on, also when nobody is logged in.`]),
    ...(settings.group !== undefined && group === undefined
      ? ["--group has no effect here: name the group in the config (socket: { group: '...' })."]
      : []),
  ];
}
