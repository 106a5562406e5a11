// systemd as what runs services: facts from this machine, plans from pure functions.
import { dirname, join } from 'node:path/posix';
import type { ServiceScope } from '../../../src/service-request';
import type { Plan } from '../plan';
import type {
  BoxToInstall,
  MissingRights,
  ServiceManager,
  ServicePlace,
  ServiceStatus,
} from '../service-manager';
import { isThere, namesIn, textOf, thisHost, type Host } from './host';
import { obstacles, refuseOdd, SERIAL_GROUPS, startedByHand, warningsOf } from './obstacles';
import { planInstall, rememberedGroup, run } from './plan-install';
import { planRestart, planStart, planStop, planUninstall } from './plan-uninstall';
import { propertiesOf, PROPERTIES, statusOf, type Properties } from './show';
import { boxOfUnit, unitFolder, unitName, unitPaths, type UnitPaths } from './unit-names';

/** Settings that only later versions know are left out if nobody can be asked. */
const OLDEST_VERSION = 252;
/** For the process itself to end, when all is closed. */
const ENDING_MS = 5000;

export class Systemd implements ServiceManager {
  readonly title = 'systemd';

  constructor(private readonly host: Host = thisHost()) {}

  missingRights(scope: ServiceScope): MissingRights | undefined {
    if (scope === 'user' || this.host.uid === 0) return undefined;
    return { why: "Services of the machine are root's to manage", how: (command) => `sudo ${command}` };
  }

  async installed(scope: ServiceScope): Promise<ServicePlace[]> {
    return namesIn(this.host, unitFolder(scope, this.host))
      .flatMap((file) => boxOfUnit(file) ?? [])
      .sort()
      .map((name) => ({ scope, name }));
  }

  async install(given: BoxToInstall): Promise<Plan> {
    const { host } = this;
    refuseOdd(given, host);
    const paths = unitPaths(given.scope, given.name, host);
    const existing = this.existing(paths);
    const box = asBefore(given, existing, paths);
    const serialGroups = SERIAL_GROUPS.filter((group) => host.groupId(group) !== undefined).slice(0, 1);
    const group = box.settings.group ?? box.group ?? serialGroups[0];
    const [service, socket] = await this.properties(box);
    const active = { service: isActive(service), socket: isActive(socket) };
    const stopping = box.drainTimeout + box.closingTime + ENDING_MS;
    const plan = planInstall(box, {
      units: {
        scope: box.scope,
        name: box.name,
        paths,
        config: box.config,
        node: box.node,
        script: box.script,
        stopSeconds: stopping / 1000,
        version: await this.version(),
        socketGroup: box.scope === 'system' && group !== undefined ? this.groupWord(group) : undefined,
        serialGroups,
      },
      existing,
      active,
      enabled: links(box, paths).every((link) => isThere(host, link)),
      user: host.user,
      lingers: isThere(host, `/var/lib/systemd/linger/${host.user}`),
      awaited: isThere(host, userBus(host)) ? undefined : host.root + userBus(host),
      problems: await obstacles(box, host, paths, group, active.socket || active.service),
      warnings: warningsOf(box, serialGroups),
    });
    return this.reachable(box.scope, plan);
  }

  async uninstall(place: ServicePlace): Promise<Plan> {
    const { host } = this;
    const paths = unitPaths(place.scope, place.name, host);
    const existing = new Map(this.existing(paths));
    const [service, socket] = links(place, paths);
    const dangling = [
      [paths.service, service],
      [paths.socket, socket],
    ].flatMap(([unit = '', link = '']) => (!existing.has(unit) && isThere(host, link) ? [link] : []));
    for (const link of dangling) existing.set(link, '');
    const config = existing.has(paths.service) ? (await this.status(place)).config : undefined;
    const others = (await this.installed(place.scope)).filter(({ name }) => name !== place.name);
    const plan = planUninstall(place, {
      paths,
      existing,
      kept: [...(config === undefined ? [] : [config]), paths.environment, ...paths.dropIns].filter((path) =>
        isThere(host, path),
      ),
      last: others.length === 0,
      user: host.user,
    });
    return this.reachable(place.scope, plan);
  }

  async start(place: ServicePlace): Promise<Plan> {
    const [service, socket] = await this.properties(place);
    const { listen } = unitPaths(place.scope, place.name, this.host);
    const problems = isActive(service) || isActive(socket) ? [] : await startedByHand(this.host, listen);
    return this.reachable(place.scope, { ...planStart(place), problems });
  }

  async stop(place: ServicePlace): Promise<Plan> {
    return this.reachable(place.scope, planStop(place));
  }

  async restart(place: ServicePlace): Promise<Plan> {
    return this.reachable(place.scope, planRestart(place));
  }

  async status(place: ServicePlace): Promise<ServiceStatus> {
    const paths = unitPaths(place.scope, place.name, this.host);
    const unit = textOf(this.host, paths.service);
    if (unit === undefined) return { ...place, installed: false, enabled: false, state: 'stopped' };
    const [service, socket] = await this.properties(place);
    const enabled = links(place, paths).every((link) => isThere(this.host, link));
    return statusOf(place, service, socket, {
      unit,
      unitName: unitName(place.name),
      socket: paths.listen,
      enabled,
    });
  }

  async logs(place: ServicePlace, { follow, lines }: { follow: boolean; lines: number }): Promise<Plan> {
    const of = place.scope === 'user' ? '--user-unit' : '--unit';
    const command = [
      'journalctl',
      of,
      unitName(place.name),
      '--output',
      'cat',
      '--no-pager',
      '--lines',
      String(lines),
    ];
    if (follow) command.push('--follow');
    const step = { kind: 'run', command: command as [string, ...string[]], shown: true } as const;
    const next =
      'Who is in the group systemd-journal may read the journal, and root. While the daemon runs: samebox logs';
    return { steps: [{ ...step, next }], done: [] };
  }

  /** Names with blanks, as directories have them, are not for unit files. */
  private groupWord(group: string | number): string {
    const word = String(group);
    return /^[\w-]+$/.test(word) ? word : String(this.host.groupId(word) ?? 'unknown');
  }

  private existing(paths: UnitPaths): Map<string, string> {
    const files = [paths.socket, paths.service, paths.wake, paths.rule];
    return new Map(
      files.flatMap((path): [string, string][] => {
        const text = textOf(this.host, path);
        return text === undefined ? [] : [[path, text]];
      }),
    );
  }

  private async version(): Promise<number> {
    const said = await this.host.ask(['systemctl', '--version']);
    return Number(/^systemd (\d+)/.exec(said ?? '')?.[1] ?? OLDEST_VERSION);
  }

  private properties({ scope, name }: ServicePlace): Promise<[service: Properties, socket: Properties]> {
    const ask = async (type: 'service' | 'socket'): Promise<Properties> => {
      const { command } = run({ scope }, 'show', '--property', PROPERTIES.join(','), unitName(name, type));
      const env = { TZ: 'UTC', LC_ALL: 'C', ...(scope === 'user' && this.host.userEnv) };
      return propertiesOf((await this.host.ask(command, env)) ?? '');
    };
    return Promise.all([ask('service'), ask('socket')]);
  }

  /** Without a login, as in a cron job, `systemctl --user` has to be told where its manager is. */
  private reachable(scope: ServiceScope, plan: Plan): Plan {
    const env = this.host.userEnv;
    if (scope === 'system' || Object.keys(env).length === 0) return plan;
    const steps = plan.steps.map((step) =>
      step.kind === 'run' && step.command[0] === 'systemctl' ? { ...step, env } : step,
    );
    return { ...plan, steps };
  }
}

/** An upgrade keeps what was said when the box was installed. */
function asBefore(box: BoxToInstall, existing: ReadonlyMap<string, string>, paths: UnitPaths): BoxToInstall {
  const { group = rememberedGroup(existing.get(paths.service) ?? ''), udev = existing.has(paths.rule) } =
    box.settings;
  return { ...box, settings: { ...box.settings, group, udev } };
}

/** Where `systemctl --user` speaks to its manager. */
function userBus({ runtime }: Host): string {
  return join(runtime, 'bus');
}

/** What makes the two units start at boot. */
function links({ scope, name }: ServicePlace, { service }: UnitPaths): [service: string, socket: string] {
  const folder = dirname(service);
  const target = scope === 'system' ? 'multi-user.target.wants' : 'default.target.wants';
  return [
    join(folder, target, unitName(name)),
    join(folder, 'sockets.target.wants', unitName(name, 'socket')),
  ];
}

function isActive({ ActiveState: state }: Properties): boolean {
  return state === 'active' || state === 'activating' || state === 'reloading';
}
