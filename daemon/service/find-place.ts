// Which installed service a command means.
import { isEndpointName } from '../../src/endpoint';
import { SameboxError } from '../../src/errors';
import type { ServiceRequest, ServiceScope } from '../../src/service-request';
import { didYouMean } from '../../src/suggest';
import type { ServiceManager, ServicePlace } from './service-manager';

export type Wanted = Pick<ServiceRequest, 'scope' | 'name'>;

/** Those that fit, the user's own first. */
export async function findPlaces(manager: ServiceManager, { scope, name }: Wanted): Promise<ServicePlace[]> {
  const all = await installedIn(manager, scope);
  return name === undefined ? all : all.filter((place) => place.name === name);
}

/** The one that fits. @throws SameboxError `INVALID_ARGUMENT` if there is none, or more than one. */
export async function findPlace(manager: ServiceManager, wanted: Wanted): Promise<ServicePlace> {
  const found = await findPlaces(manager, wanted);
  const [first, ...others] = found;
  if (first === undefined) throw await notInstalled(manager, wanted);
  if (others.length === 0) return first;
  const names = [...new Set(found.map(({ name }) => name))];
  const message =
    names.length === 1
      ? `${first.name} is installed twice: as your own service and as the machine's. Say which: --user or --system.`
      : `These boxes are installed: ${names.join(', ')}. Say which: -e NAME.`;
  throw new SameboxError('INVALID_ARGUMENT', message, { details: { installed: found } });
}

/** @throws SameboxError `INVALID_ARGUMENT` for what can't be a service's name. */
export function requireServiceName(name: string): string {
  if (isEndpointName(name)) return name;
  throw new SameboxError(
    'INVALID_ARGUMENT',
    `A service needs a name, such as lab, and ${JSON.stringify(name)} is none. Give one: -e NAME.`,
    { details: { name } },
  );
}

async function installedIn(
  manager: ServiceManager,
  scope: ServiceScope | undefined,
): Promise<ServicePlace[]> {
  const scopes: readonly ServiceScope[] = scope === undefined ? ['user', 'system'] : [scope];
  const found: ServicePlace[] = [];
  for (const one of scopes) found.push(...(await manager.installed(one)));
  return found;
}

async function notInstalled(manager: ServiceManager, { scope, name }: Wanted): Promise<SameboxError> {
  const install = 'Install one: samebox service install CONFIG.';
  const whose = scope === undefined ? '' : scope === 'user' ? ' of yours' : ' of the machine';
  if (name === undefined)
    return new SameboxError('INVALID_ARGUMENT', `No box is installed as a service${whose}. ${install}`);
  const others = (await installedIn(manager, undefined)).map((place) => place.name);
  return new SameboxError(
    'INVALID_ARGUMENT',
    `${name} is not installed as a service${whose}.${didYouMean(name, others) || ` ${install}`}`,
    { details: { name, installed: others } },
  );
}
