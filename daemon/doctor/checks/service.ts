// Boxes that are installed as services: whether they run, start at boot, and still find what they were installed with.
import type { Finding, Level } from '../../../src/doctor-request';
import type { ServiceAction } from '../../../src/service-request';
import type { ServiceStatus } from '../../service/service-manager';
import { finding, sentences } from '../finding';

/** One installed service. */
export interface InstalledService {
  readonly status: ServiceStatus;
  /** Which of the files that it needs are gone. */
  readonly missing: readonly ('node' | 'script' | 'config')[];
  /** A user's service of systemd: whether that user's services run without a login. Absent where there is no such thing. */
  readonly lingers?: boolean;
  /** Whether its daemon answers; absent where it isn't known which daemon is its. */
  readonly answers?: boolean;
  /** What a person types: `sudo samebox service restart -e lab`. */
  readonly command: (action: ServiceAction) => string;
}

/** What the system's manager of services knows. */
export interface ServiceFacts {
  /** `systemd`; absent where there is none that samebox knows. */
  readonly title?: string;
  readonly user: string;
  readonly services: readonly InstalledService[];
  /** Why the manager couldn't be asked. */
  readonly unasked?: string;
}

/** Each service's state, then what it will stumble over. */
export function checkServices({ title, user, services, unasked }: ServiceFacts): Finding[] {
  if (title === undefined) return [];
  if (unasked !== undefined) return [finding('service', 'note', `${title} can't be asked: ${unasked}`)];
  if (services.length === 0) {
    const todo =
      'To have one at every boot: samebox service install CONFIG (--dry-run shows what it would do).';
    return [finding('service', 'note', 'No box is installed as a service', todo)];
  }
  // A service whose Node is gone has one cause, and is told of once.
  return services.flatMap((service) => [
    ...(service.missing.length > 0 ? lost(service) : [stateOf(service)]),
    ...atLogin(service, user),
  ]);
}

function lost({ missing, status, command }: InstalledService): Finding[] {
  const { node = 'its Node', script = 'its samebox', config = 'its config', name } = status;
  return missing.map((what) => {
    if (what === 'config') {
      const todo = `Put it back, or install the service with another: ${command('install')} CONFIG`;
      return finding('service', 'problem', `The config of the service ${name} is gone: ${config}`, todo);
    }
    const [which, path] = what === 'node' ? ['Node', node] : ['samebox', script];
    const todo = `An update has moved it (nvm has a folder for each version). Install the service again, which keeps its config: ${command('install')}`;
    return finding('service', 'problem', `The service ${name} runs ${path}, and that ${which} is gone`, todo);
  });
}

const LEVELS: Readonly<Record<ServiceStatus['state'], Level>> = {
  running: 'ok',
  waiting: 'ok',
  starting: 'note',
  stopping: 'note',
  unknown: 'note',
  stopped: 'warning',
  failed: 'problem',
};

/** Its manager knows best what to do; where it says nothing, its log does. */
function stateOf({ status, answers, command }: InstalledService): Finding {
  const { name, state, pid, enabled, detail = '', advice = [] } = status;
  const who = pid === undefined ? '' : ` (pid ${pid})`;
  if (state === 'running' && answers === false) {
    const todo = `See why: ${command('logs')}. Then: ${command('restart')}`;
    return finding(
      'service',
      'problem',
      `The service ${name} runs${who}, but its daemon does not answer`,
      todo,
    );
  }
  const level = LEVELS[state];
  const { fact } = sentences(detail);
  const why = fact === '' ? '' : `: ${fact}`;
  const boot = enabled ? '' : ', and does not start at boot';
  const says = `The service ${name} ${WORDS[state]}${who}${why}${boot}`;
  const log = level === 'ok' ? '' : `See its log: ${command('logs')}`;
  const todo = advice.join('. ') || (enabled ? log : `Have it start at boot: ${command('install')}`);
  return finding('service', level === 'ok' && !enabled ? 'warning' : level, says, todo);
}

const WORDS: Readonly<Record<ServiceStatus['state'], string>> = {
  running: 'runs',
  waiting: 'waits',
  starting: 'is starting',
  stopping: 'is stopping',
  unknown: 'is in a state that nobody knows',
  stopped: 'is stopped',
  failed: 'failed',
};

function atLogin({ status, lingers }: InstalledService, user: string): Finding[] {
  const { name, scope, enabled } = status;
  if (scope !== 'user' || !enabled || lingers !== false) return [];
  const says = `The service ${name} starts when ${user} logs in, and ends with the last logout`;
  return [
    finding('service', 'warning', says, `To have it from boot on: sudo loginctl enable-linger ${user}`),
  ];
}
