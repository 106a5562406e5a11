// What a box is as a Windows service: data, from which the service is made, and which a dry run tells.
import { serviceName } from '../../../src/endpoint/pipes.windows';
import type { BoxToInstall } from '../service-manager';
import { quoteCommand, splitCommand } from './command-line';

/** A service as it shall be. */
export interface ServiceDefinition {
  /** Its key in Windows' database. */
  readonly name: string;
  /** As people see it. */
  readonly title: string;
  readonly description: string;
  readonly command: string;
  /** `NT SERVICE\samebox-lab` or `NT AUTHORITY\LocalService`: neither has a password. */
  readonly account: string;
  /** Milliseconds before each restart after a failure; the last holds for all that follow. */
  readonly restartAfter: readonly number[];
  /** Seconds without a failure after which they count anew. */
  readonly forgetFailuresAfter: number;
  /** Milliseconds that Windows waits for its end when the machine shuts down. */
  readonly timeToEnd: number;
  /** What its account may do beside what everybody may; all else is taken from the process. */
  readonly privileges: readonly string[];
}

const PREFIX = serviceName('');
const LOCAL_SERVICE = 'NT AUTHORITY\\LocalService';
/** A daemon that can't start, since its config is wrong, must not spin; one that crashed is to be back at once. */
const RESTART_AFTER = [1000, 5000, 60_000] as const;
const FORGET_FAILURES_AFTER = 600;
/** For a busy machine: the manager kills what isn't ready in time. */
const SPARE_MS = 5000;
/** Windows' own limit without this setting; nobody is served by less. */
const LEAST_MS = 20_000;
/** A config may let calls go on for ever: the machine goes down all the same. */
const MOST_MS = 600_000;

/** The box of a service; `undefined` for what isn't one of ours by its name. */
export function boxName(service: string): string | undefined {
  const lower = service.toLowerCase();
  return lower.startsWith(PREFIX) && service.length > PREFIX.length
    ? service.slice(PREFIX.length)
    : undefined;
}

/** What all services of boxes are called. */
export const SERVICE_PREFIX = PREFIX;

/**
 * The service that `box` shall be.
 * @param folder where its log and its lock lie.
 * @param before the account that it has, if it is installed: it stays, if nobody says otherwise.
 */
export function definitionOf(box: BoxToInstall, folder: string, before?: string): ServiceDefinition {
  const { name, config, node, script, settings } = box;
  const local =
    settings.account === undefined ? isLocalService(before) : settings.account === 'local-service';
  const service = serviceName(name);
  return {
    name: service,
    title: `samebox ${name}`,
    description: `Owns the instruments of ${config}, and answers the programs of this machine that use them.`,
    command: quoteCommand([node, script, 'serve', config, '-e', name, '--service', folder]),
    account: local ? LOCAL_SERVICE : `NT SERVICE\\${service}`,
    restartAfter: RESTART_AFTER,
    forgetFailuresAfter: FORGET_FAILURES_AFTER,
    timeToEnd: Math.min(Math.max(box.drainTimeout + box.closingTime + SPARE_MS, LEAST_MS), MOST_MS),
    // Files and pipes are found by passing through folders. Without this list an account of services may also act as whoever
    // connects to it.
    privileges: ['SeChangeNotifyPrivilege'],
  };
}

function isLocalService(account = ''): boolean {
  return account.replace(/\s/g, '').toLowerCase() === LOCAL_SERVICE.replace(/\s/g, '').toLowerCase();
}

/** The config that an installed service serves, from its command; `undefined` if the command isn't ours. */
export function configIn(command: string): string | undefined {
  const words = splitCommand(command);
  return words[2] === 'serve' && words[6] === '--service' ? words[3] : undefined;
}

/** The definition in words, a line each. */
export function tell(definition: ServiceDefinition): string[] {
  const { account, restartAfter, forgetFailuresAfter, timeToEnd } = definition;
  const seconds = restartAfter.map((delay) => delay / 1000);
  return [
    `command: ${definition.command}`,
    `account: ${account}, which has no password`,
    'starts when Windows does',
    `after a failure it is started again: after ${seconds.slice(0, -1).join(' s, then ')} s, ` +
      `from then on every ${seconds.at(-1) ?? 0} s; ${forgetFailuresAfter / 60} minutes without one are forgiven`,
    `when Windows shuts down it gets ${timeToEnd / 1000} s for its running calls`,
    `of all privileges it keeps ${definition.privileges.join(', ')}`,
  ];
}
