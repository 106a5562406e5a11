// What keeps a box from being installed, or from working as somebody may expect: asked of the machine.
import { dirname } from 'node:path/posix';
import { probe } from '../../../src/endpoint';
import { SameboxError } from '../../../src/errors';
import type { Problem } from '../plan';
import type { BoxToInstall } from '../service-manager';
import { conflicts, secretProblem, type Needed } from './conflicts';
import { isThere, pathFacts, type Host } from './host';
import type { UnitPaths } from './unit-names';

/** Those whom serial lines belong to: Debian and Fedora, Arch. */
export const SERIAL_GROUPS: readonly string[] = ['dialout', 'uucp'];

/** @throws SameboxError `INVALID_ARGUMENT` for what can't be meant. */
export function refuseOdd({ scope, settings }: BoxToInstall, { behindSudo, uid }: Host): void {
  if (scope === 'system') return;
  if (uid === 0 && behindSudo !== undefined && behindSudo !== 'root') {
    const message = `With sudo, --user is root's own service, not ${behindSudo}'s. Leave sudo away, or say --system.`;
    throw new SameboxError('INVALID_ARGUMENT', message);
  }
  const odd = settings.udev === true ? '--udev' : settings.group === undefined ? undefined : '--group';
  if (odd === undefined) return;
  const why = odd === '--udev' ? "udev's rules are the machine's" : 'your own service is for you alone';
  throw new SameboxError('INVALID_ARGUMENT', `${odd} goes with --system: ${why}.`);
}

/** @param group the one that shall be able to connect. */
export async function obstacles(
  box: BoxToInstall,
  host: Host,
  { listen }: UnitPaths,
  group: string | number | undefined,
  active: boolean,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  if (!isThere(host, '/run/systemd/system'))
    problems.push({
      what: 'systemd does not run on this machine.',
      next: `Have what starts programs here run: ${box.node} ${box.script} serve ${box.config}`,
    });
  if (!active) problems.push(...(await startedByHand(host, listen)));
  if (box.scope === 'user') return problems;
  if (typeof group === 'string' && !/^\d+$/.test(group) && host.groupId(group) === undefined)
    problems.push({
      what: `This machine has no group ${group}.`,
      next: `Make it (sudo groupadd ${group}), or name another: --group.`,
    });
  if (group === undefined && box.settings.udev === true)
    problems.push({ what: 'With --udev a group has to be able to connect.', next: 'Name one: --group.' });
  return [...problems, ...conflicts(neededBy(box)), ...secretProblem(box)];
}

/** systemd would take the place of a socket that is there: its daemon would run on, and nobody would find it. */
export async function startedByHand({ root }: Host, listen: string): Promise<Problem[]> {
  const found = await probe(root + listen);
  if (found.state !== 'live') return [];
  const pid = found.pid === undefined ? '' : ` (pid ${found.pid})`;
  return [
    {
      what: `A daemon that was started by hand answers at ${listen}${pid}.`,
      next: `End it first: samebox -e ${listen} stop`,
    },
  ];
}

function neededBy({ node, script, config, sources, name }: BoxToInstall): Needed[] {
  const folder = `/etc/samebox/${name}`;
  return [
    {
      what: 'Node',
      path: node,
      facts: pathFacts(node),
      instead:
        'Install Node for all users: from your distribution, or from https://nodejs.org into /usr/local.',
    },
    {
      what: 'samebox',
      path: script,
      facts: pathFacts(script),
      instead: 'Install it for all users: sudo npm install --global samebox',
    },
    ...[config, ...sources].map((path, at) => ({
      what: at === 0 ? 'The config' : 'What it imports',
      path,
      facts: pathFacts(path),
      instead: `Move its folder, with what it imports: sudo mkdir -p ${folder} && sudo cp -r ${dirname(config)}/. ${folder}`,
    })),
  ];
}

/** What will not be as somebody may expect. */
export function warningsOf(
  { scope, group, settings }: BoxToInstall,
  serialGroups: readonly string[],
): string[] {
  const warnings: string[] = [];
  if (scope === 'user' && group !== undefined)
    warnings.push(
      `Its config gives the socket to the group ${group}; a service of yours is for you alone. For others: --system.`,
    );
  if (scope === 'system' && serialGroups.length === 0)
    warnings.push(
      `This machine has neither of the groups ${SERIAL_GROUPS.join(', ')}: the service may not open serial lines.`,
    );
  if (scope === 'system' && serialGroups.length === 0 && group === undefined && settings.group === undefined)
    warnings.push('Only root may connect. Name a group: --group.');
  return warnings;
}
