// `samebox service` on Windows: what is to be done in the service control manager's database, as plans.
import { rmdirSync, rmSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path/win32';
import { setTimeout as delay } from 'node:timers/promises';
import { here } from '../../../src/endpoint';
import { serviceName, servicePipe, servicesFolder } from '../../../src/endpoint/pipes.windows';
import { SameboxError } from '../../../src/errors';
import type { ServiceScope } from '../../../src/service-request';
import { codeOf } from '../../../src/native';
import { WIN32, windowsWords } from '../../../src/native/win32.windows';
import { systemClock } from '../../../src/peer/clock';
import type { Plan, Step } from '../plan';
import type {
  BoxToInstall,
  MissingRights,
  ServiceManager,
  ServicePlace,
  ServiceStatus,
} from '../service-manager';
import { outOfReach, outOfReachWarning } from './out-of-reach';
import { SERVICES_FOLDER_ACCESS, serviceFolderAccess } from './service-access';
import * as database from './service-database.windows';
import {
  boxName,
  configIn,
  definitionOf,
  SERVICE_PREFIX,
  tell,
  type ServiceDefinition,
} from './service-definition';
import { isServiceFile, logFile, LogReader } from './service-files';
import { ServiceWait } from './service-wait';
import { takeFolder } from './take-folder.windows';

const LOOK_MS = 100;
const FOLLOW_MS = 300;

/** What the plans depend on beside the database. */
export interface WindowsSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Windows' service control manager. */
export class WindowsServices implements ServiceManager {
  readonly title = 'Windows';
  readonly onlyScope = 'system';

  constructor(private readonly where: WindowsSurroundings = { env: process.env }) {}

  missingRights(): MissingRights | undefined {
    if (database.mayManageServices()) return undefined;
    return {
      why: 'Services are for administrators, and this terminal has not their rights',
      how: (command) => `open a terminal with "Run as administrator", and there: ${command}`,
    };
  }

  async installed(scope: ServiceScope): Promise<ServicePlace[]> {
    if (scope === 'user') return [];
    const names = database.servicesNamed(SERVICE_PREFIX).filter((service) => {
      const config = database.configOf(service);
      return config !== undefined && configIn(config.command) !== undefined;
    });
    return names.flatMap((service) => {
      const name = boxName(service);
      return name === undefined ? [] : [{ scope, name }];
    });
  }

  async install(box: BoxToInstall): Promise<Plan> {
    this.requireSystem(box);
    const found = database.configOf(serviceName(box.name));
    const exists = found !== undefined;
    const definition = definitionOf(box, this.folder(box), found?.account);
    const reach = outOfReach(
      [
        box.node,
        box.script,
        box.config,
        ...box.sources,
        ...(box.secretFile === undefined ? [] : [box.secretFile]),
      ],
      this.where.env.USERPROFILE,
    );
    const warning = outOfReachWarning(reach, definition.account);
    return {
      warnings: warning === undefined ? [] : [warning],
      steps: [
        ...(exists ? [this.stopping(box)] : []),
        this.making(definition, exists),
        this.makingFolders(box),
        ...(box.settings.start ? [this.starting(box)] : []),
      ],
      done: [
        `${box.name} is installed as the service ${definition.name}: it starts when Windows does.`,
        'Administrators reach it, and whom its config names: allow: { users: [...], groups: [...] }.',
        `Its log: samebox service logs -e ${box.name}, or ${this.logFile(box)}.`,
      ],
    };
  }

  async uninstall(place: ServicePlace): Promise<Plan> {
    const service = serviceName(place.name);
    const folder = this.folder(place);
    const exists = database.statusOf(service) !== undefined;
    return {
      steps: [
        ...(exists
          ? [
              this.stopping(place),
              act(`delete the service ${service}`, () => database.deleteService(service)),
            ]
          : []),
        act(`remove the log and the lock in ${folder}, and the folder if it is empty then`, () =>
          removeFiles(folder, place.name),
        ),
      ],
      done: [`${service} is gone. The config is left as it is.`],
    };
  }

  async start(place: ServicePlace): Promise<Plan> {
    return { steps: [this.starting(place)], done: [`${serviceName(place.name)} runs.`] };
  }

  async stop(place: ServicePlace): Promise<Plan> {
    return { steps: [this.stopping(place)], done: [`${serviceName(place.name)} has ended.`] };
  }

  async restart(place: ServicePlace): Promise<Plan> {
    return {
      steps: [this.stopping(place), this.starting(place)],
      done: [`${serviceName(place.name)} runs anew.`],
    };
  }

  async status(place: ServicePlace): Promise<ServiceStatus> {
    const service = serviceName(place.name);
    const status = database.statusOf(service);
    if (status === undefined) return { ...place, installed: false, enabled: false, state: 'stopped' };
    const found = database.configOf(service);
    const config = found && configIn(found.command);
    const failed = status.state === 'stopped' && endOf(status) !== undefined;
    return {
      ...place,
      installed: true,
      unit: service,
      socket: servicePipe(place.name, { ...here(), env: this.where.env }).path,
      enabled: found?.startsAtBoot ?? false,
      state: failed ? 'failed' : status.state === 'paused' ? 'unknown' : status.state,
      ...(status.pid !== 0 && { pid: status.pid }),
      ...(config !== undefined && { config }),
      detail: endOf(status) ?? `as ${found?.account ?? 'an unknown account'}`,
    };
  }

  async logs(
    place: ServicePlace,
    { follow, lines }: { readonly follow: boolean; readonly lines: number },
  ): Promise<Plan> {
    const file = this.logFile(place);
    const says = `print the last ${lines} lines of ${file}${follow ? ', and those to come' : ''}`;
    const print = async (line: (text: string) => void): Promise<void> => {
      const reader = new LogReader(file);
      reader.last(lines).forEach(line);
      // Until Ctrl-C ends the process.
      for (; follow; reader.added().forEach(line)) await delay(FOLLOW_MS);
    };
    return { steps: [act(says, print)], done: [] };
  }

  /** Where its service writes its log. */
  logFile(place: ServicePlace): string {
    return logFile(this.folder(place), place.name);
  }

  private folder({ name }: ServicePlace): string {
    return join(servicesFolder(this.where.env), name);
  }

  private making(definition: ServiceDefinition, exists: boolean): Step {
    const how = tell(definition).map((line) => `\n    ${line}`);
    return act(`${exists ? 'change' : 'create'} the service ${definition.name}:${how.join('')}`, () =>
      exists ? database.changeService(definition) : database.createService(definition),
    );
  }

  private makingFolders(place: ServicePlace): Step {
    const all = servicesFolder(this.where.env);
    const own = this.folder(place);
    return act(`make the folder ${own} for its log, open to the service and administrators only`, () => {
      takeFolder(all, SERVICES_FOLDER_ACCESS);
      takeFolder(own, serviceFolderAccess(serviceName(place.name)));
    });
  }

  private starting({ name }: ServicePlace): Step {
    const service = serviceName(name);
    return act(`start the service ${service}, and wait until it answers`, async () => {
      database.beginStart(service);
      await this.until('running', service, name);
    });
  }

  private stopping({ name }: ServicePlace): Step {
    const service = serviceName(name);
    return act(`stop the service ${service} if it runs, and wait for its running calls`, async () => {
      // One that starts takes no controls yet.
      if (database.statusOf(service)?.state === 'starting') await this.wait('running', service);
      database.beginStop(service);
      await this.until('stopped', service, name);
    });
  }

  private async until(wanted: 'running' | 'stopped', service: string, name: string): Promise<void> {
    const status = await this.wait(wanted, service);
    if ((status?.state ?? 'stopped') === wanted) return;
    const end = (status && endOf(status)) ?? `it is ${status?.state ?? 'gone'}`;
    throw new SameboxError(
      'UNREACHABLE',
      `${service} is not ${wanted}: ${end}. Its log tells more: samebox service logs -e ${name}`,
      { details: { service, log: this.logFile({ scope: 'system', name }) } },
    );
  }

  /** Until it is there, or won't come: as it is then. */
  private async wait(
    wanted: 'running' | 'stopped',
    service: string,
  ): Promise<database.FoundStatus | undefined> {
    const wait = new ServiceWait(wanted, systemClock);
    for (;;) {
      const status = database.statusOf(service);
      if (wait.look(status) !== 'waiting') return status;
      await delay(LOOK_MS);
    }
  }

  private requireSystem({ scope, config }: BoxToInstall): void {
    if (scope === 'system') return;
    throw new SameboxError(
      'INVALID_ARGUMENT',
      'Windows has services of the machine only. Leave --user out; or put a shortcut into the Startup folder (shell:startup) ' +
        `that runs: samebox serve "${config}"`,
      { ran: 'no' },
    );
  }
}

function act(says: string, deed: Extract<Step, { kind: 'act' }>['act']): Step {
  return { kind: 'act', says, act: deed };
}

/** How it ended, if it did so with an error. */
function endOf({ exitCode, ownExitCode }: database.FoundStatus): string | undefined {
  if (exitCode === WIN32.serviceSpecific) return `it ended with code ${ownExitCode}`;
  const never = exitCode === 1077; // ERROR_SERVICE_NEVER_STARTED, since the machine started.
  return exitCode === 0 || never ? undefined : `it ended: ${windowsWords(exitCode)}`;
}

/** What else somebody has put there stays, and so does the folder of all services while there are others. */
function removeFiles(folder: string, name: string): void {
  try {
    for (const file of readdirSync(folder)) {
      if (isServiceFile(file, name)) rmSync(join(folder, file), { force: true });
    }
    rmdirSync(folder);
    rmdirSync(dirname(folder));
  } catch (error) {
    const left = codeOf(error);
    if (left !== 'ENOENT' && left !== 'ENOTEMPTY') throw error;
  }
}
