// Facts of boxes that are installed as services, by the system's own manager.
import { existsSync } from 'node:fs';
import { messageOf } from '../../../src/errors';
import { OS } from '../../../src/os';
import type { ServiceManager, ServicePlace, ServiceStatus } from '../../service/service-manager';
import type { InstalledService, ServiceFacts } from '../checks/service';
import { within } from '../look';

/** Other looks wait for this one: a manager that hangs takes none of them along. */
const ANSWER_MS = 5000;

/** What else is known. */
export interface ServiceSurroundings {
  readonly user: string;
  /** The pids of daemons that answer; `false` of those that don't. */
  readonly answering: ReadonlyMap<number, boolean>;
}

/** Asks the manager for this user's services and the machine's. */
export async function serviceFacts(
  manager: ServiceManager | undefined,
  { user, answering }: ServiceSurroundings,
  longest = ANSWER_MS,
): Promise<ServiceFacts> {
  if (manager === undefined) return { user, services: [] };
  const { title } = manager;
  const ask = async (): Promise<InstalledService[]> => {
    const places = await Promise.all((['user', 'system'] as const).map((scope) => manager.installed(scope)));
    return Promise.all(places.flat().map((place) => serviceAt(manager, place, user, answering)));
  };
  try {
    return { title, user, services: await within(longest, ask) };
  } catch (error) {
    return { title, user, services: [], unasked: messageOf(error) };
  }
}

async function serviceAt(
  manager: ServiceManager,
  place: ServicePlace,
  user: string,
  answering: ReadonlyMap<number, boolean>,
): Promise<InstalledService> {
  const status = await manager.status(place);
  const answers = status.pid === undefined ? undefined : answering.get(status.pid);
  const rights = manager.missingRights?.(place.scope);
  return {
    status,
    missing: missingOf(status),
    command: (action) => {
      const command = `samebox service ${action} -e ${place.name}`;
      return rights === undefined ? command : rights.how(command);
    },
    // Only systemd has a folder of those who linger.
    ...(OS === 'linux' &&
      place.scope === 'user' && { lingers: existsSync(`/var/lib/systemd/linger/${user}`) }),
    ...(answers !== undefined && { answers }),
  };
}

function missingOf(status: ServiceStatus): InstalledService['missing'] {
  return (['node', 'script', 'config'] as const).filter((what) => {
    const path = status[what];
    return path !== undefined && !existsSync(path);
  });
}
