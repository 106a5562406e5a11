// One examination: what several looks need is found out once, and handed to the checks.
import type { DoctorRequest, Finding } from '../../src/doctor-request';
import { here } from '../../src/endpoint';
import { SameboxError } from '../../src/errors';
import { userLabel } from '../../src/native';
import { findConfig } from '../config/find-config';
import type { ServiceManager } from '../service/service-manager';
import { checkConfig, type RunningBox } from './checks/config';
import { checkDaemons } from './checks/daemons';
import { checkDescriptors } from './checks/descriptors';
import { checkDirectories } from './checks/directory';
import { checkEndpointFacts, type EndpointFacts } from './checks/endpoint';
import { checkCache } from './checks/cache';
import { checkSerial } from './checks/serial';
import { checkServices } from './checks/service';
import { cacheFacts } from './facts/cache';
import { directoriesFacts } from './facts/directories';
import { endpointFacts } from './facts/endpoints';
import { Memberships } from './facts/memberships';
import { descriptorFacts } from './facts/processes';
import { serialFacts } from './facts/serial';
import { serviceFacts } from './facts/services';
import { tryConfig } from './facts/try-config';
import { once } from './look';

const ROOT = 0;

/** A daemon that answers. */
interface Running extends RunningBox {
  readonly pid: number;
  readonly user: string;
}

/** What depends on who asks, and for what. */
export class Examination {
  private readonly where = here();
  private readonly user = this.where.uid < 0 ? this.where.user : userLabel(this.where.uid);
  private readonly memberships = new Memberships();
  private readonly asked: { endpoint: string; by: '-e' | 'SAMEBOX_ENDPOINT' } | undefined;

  constructor(
    private readonly request: DoctorRequest,
    private readonly manager: () => ServiceManager,
  ) {
    const named = process.env['SAMEBOX_ENDPOINT'] || undefined;
    const { endpoint = named } = request;
    const by = request.endpoint === undefined ? 'SAMEBOX_ENDPOINT' : '-e';
    this.asked = endpoint === undefined ? undefined : { endpoint, by };
  }

  readonly directories = (): Finding[] => checkDirectories(directoriesFacts(this.where, this.user));

  readonly cache = async (): Promise<Finding[]> => checkCache(await cacheFacts(this.user));

  readonly descriptors = async (): Promise<Finding[]> =>
    checkDescriptors(await descriptorFacts(await this.running()));

  readonly daemons = async (): Promise<Finding[]> => {
    const [facts, { services }] = await Promise.all([this.endpoints(), this.services()]);
    const live = facts.filter(({ probe }) => probe.state === 'live').map(({ label }) => label);
    const { asked } = this;
    const all = checkDaemons({ live, services: services.length > 0, ...(asked && { asked }) });
    return [...all, ...facts.flatMap(checkEndpointFacts)];
  };

  readonly serial = async (): Promise<Finding[]> => {
    const { user, memberships } = this;
    const running = await this.running();
    const daemons = new Map(running.map(({ pid, name }) => [pid, name]));
    const servedByOthers = running.some((daemon) => daemon.user !== user);
    return checkSerial(await serialFacts({ user, memberships, daemons, servedByOthers }));
  };

  readonly configs = async (): Promise<Finding[]> => {
    // The machine's services run as users of their own: what such a config may read, this user may not have to.
    const installed = (await this.services()).services
      .filter(({ status: { scope } }) => scope === 'user' || this.where.uid === ROOT)
      .flatMap(({ status: { config } }) => config ?? []);
    const [trials, running] = await Promise.all([
      Promise.all(this.configPaths(installed).map((config) => tryConfig(config))),
      this.running(),
    ]);
    return trials.flatMap((trial) => checkConfig({ trial, running }));
  };

  readonly installedServices = async (): Promise<Finding[]> => checkServices(await this.services());

  private readonly endpoints = once(async () => {
    const { where, user, memberships, asked } = this;
    const looker = { where, user, memberships, ask: this.request.ask };
    return endpointFacts(asked?.endpoint, asked?.by === '-e', looker);
  });

  /** None where they can't be found out: that is told where it is looked for. */
  private readonly running = once(async (): Promise<Running[]> =>
    this.endpoints().then(
      (all) => all.flatMap(running),
      () => [],
    ),
  );

  private readonly services = once(async () => {
    const all = await this.endpoints().catch(() => []);
    const answering = new Map(
      all.flatMap(({ listener, answer }) =>
        listener === undefined || answer === undefined ? [] : [[listener.pid, !('error' in answer)] as const],
      ),
    );
    return serviceFacts(this.managerHere(), { user: this.user, answering });
  });

  /** Nothing on a system whose services samebox doesn't know. */
  private managerHere(): ServiceManager | undefined {
    try {
      return this.manager();
    } catch (error) {
      if (SameboxError.is(error)) return undefined;
      throw error;
    }
  }

  /** What was asked for, else this folder's; and those of services that are there. */
  private configPaths(installed: readonly string[]): string[] {
    const { config } = this.request;
    const own = config ?? (found('.') === undefined ? undefined : '.');
    const all = [
      ...(own === undefined ? [] : [own]),
      ...installed.filter((path) => found(path) !== undefined),
    ];
    return [...new Map(all.map((path) => [found(path) ?? path, path])).keys()];
  }
}

function found(config: string): string | undefined {
  try {
    return findConfig(config);
  } catch {
    return undefined;
  }
}

function running({ answer }: EndpointFacts): Running[] {
  if (answer === undefined || 'error' in answer) return [];
  const { endpoint, pid, user, targets } = answer.status;
  const names = targets.map(({ name }) => name).filter((name) => !name.startsWith('$'));
  return [{ name: endpoint, pid, user, targets: names }];
}
