// How a service stands, for people.
import type { Colour, Paint } from '../../src/serve-request';
import type { ServiceStatus } from './service-manager';

/** How the page looks. */
export interface PageStyle {
  readonly paint: Paint;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** `systemd`. */
  readonly manager: string;
}

/** The lines of the page. */
export function statusPage(status: ServiceStatus, { paint, now, manager }: PageStyle): string[] {
  const {
    name,
    scope,
    installed,
    state,
    detail,
    pid,
    config,
    socket,
    unit,
    since,
    enabled,
    advice = [],
  } = status;
  const whose = scope === 'user' ? 'your own service' : "the machine's service";
  if (!installed) return [`${paint.bold(name)} is not installed as ${whose}.`];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['unit', unit],
    ['pid', pid === undefined ? undefined : String(pid)],
    ['since', since === undefined ? undefined : `${local(since)} (${ago(now - since.getTime())})`],
    ['config', config],
    ['socket', socket],
    ['at boot', enabled ? 'starts' : paint.yellow('does not start')],
  ];
  return [
    `${paint.bold(name)} ${colourOf(state, paint)(state)}${detail === undefined ? '' : `: ${detail}`}`,
    `  ${paint.dim(`${whose}, run by ${manager}`)}`,
    ...rows.flatMap(([label, value]) =>
      value === undefined ? [] : [`  ${paint.dim(label.padEnd(8))} ${value}`],
    ),
    ...advice.map((line) => `  ${paint.yellow('→')} ${line}`),
  ];
}

function colourOf(state: ServiceStatus['state'], paint: Paint): Colour {
  if (state === 'running' || state === 'waiting') return paint.green;
  return state === 'failed' ? paint.red : paint.yellow;
}

function local(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
