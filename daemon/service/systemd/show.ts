// What `systemctl show` says of a box's units, in our words.
import { programFailed } from './exit-words';
import { commandWords } from './quote';
import { servedProgram, type ServedProgram } from '../served-program';
import type { ServicePlace, ServiceStatus } from '../service-manager';

/** What is asked for. */
export const PROPERTIES: readonly string[] = [
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'StatusText',
  'MainPID',
  'ExecMainCode',
  'ExecMainStatus',
  'NRestarts',
  'NeedDaemonReload',
  'StateChangeTimestamp',
];

export type Properties = Readonly<Record<string, string>>;

/** `KEY=value` lines. */
export function propertiesOf(text: string): Properties {
  const pairs = text.split('\n').map((line): [string, string] => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)];
  });
  return Object.fromEntries(pairs.filter(([key]) => key !== ''));
}

/** What else is known. */
export interface Installed {
  /** The text of the service's unit file. */
  readonly unit: string;
  readonly unitName: string;
  readonly socket: string;
  readonly enabled: boolean;
}

/** @param service and `socket`: what systemd says of the two units; empty if it can't be asked. */
export function statusOf(
  place: ServicePlace,
  service: Properties,
  socket: Properties,
  installed: Installed,
): ServiceStatus {
  const state = stateOf(service, socket);
  const pid = Number(service['MainPID'] ?? 0);
  const program = programIn(installed.unit);
  const detail = detailOf(state, service, socket);
  const since = sinceOf(service);
  return {
    ...place,
    installed: true,
    enabled: installed.enabled,
    state,
    unit: installed.unitName,
    ...(pid > 0 && { pid }),
    ...program,
    socket: installed.socket,
    ...(since !== undefined && { since }),
    ...(detail !== undefined && { detail }),
    advice: adviceOf(place, state, service, installed),
  };
}

/** What a service's unit file runs. */
export function programIn(unit: string): ServedProgram {
  return servedProgram(commandWords(/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? ''));
}

function stateOf(service: Properties, socket: Properties): ServiceStatus['state'] {
  switch (service['ActiveState']) {
    case 'active':
    case 'reloading':
      return 'running';
    case 'activating':
      return service['SubState'] === 'auto-restart' ? 'failed' : 'starting';
    case 'deactivating':
      return 'stopping';
    case 'failed':
      return 'failed';
    case 'inactive':
      if (socket['ActiveState'] === 'failed') return 'failed';
      return socket['ActiveState'] === 'active' ? 'waiting' : 'stopped';
    default:
      return 'unknown';
  }
}

function detailOf(
  state: ServiceStatus['state'],
  service: Properties,
  socket: Properties,
): string | undefined {
  if (state === 'unknown') return 'systemd does not answer';
  if (state === 'waiting') return 'it starts when somebody connects';
  if (state !== 'failed') return service['StatusText'] || undefined;
  const again = service['SubState'] === 'auto-restart' ? '; it is started again in a moment' : '';
  if (service['Result'] === 'success' && socket['ActiveState'] === 'failed')
    return `its socket failed: ${socket['Result'] ?? 'unknown'}`;
  return `${programFailed(service)}${again}`;
}

function adviceOf(
  place: ServicePlace,
  state: ServiceStatus['state'],
  service: Properties,
  { enabled }: Installed,
): string[] {
  const scope = place.scope === 'user' ? '--user ' : '';
  const sudo = place.scope === 'user' ? '' : 'sudo ';
  const of = `-e ${place.name}`;
  const advice: string[] = [];
  if (state === 'failed') {
    advice.push(`See why: samebox service logs ${of}. Mend it, then: ${sudo}samebox service start ${of}`);
  }
  if (state === 'stopped') advice.push(`Start it: ${sudo}samebox service start ${of}`);
  if (!enabled) advice.push(`It doesn't start at boot. Have it so: ${sudo}samebox service install ${of}`);
  if (service['NeedDaemonReload'] === 'yes')
    advice.push(`Its unit was changed. Have systemd read it: ${sudo}systemctl ${scope}daemon-reload`);
  return advice;
}

/** systemctl is run with TZ=UTC: `Sat 2026-11-28 02:38:43 UTC`. */
function sinceOf({ StateChangeTimestamp: text = '' }: Properties): Date | undefined {
  const at = new Date(text.replace(/^\w+ /, '').replace(' ', 'T').replace(/ UTC$/, 'Z'));
  return Number.isNaN(at.getTime()) ? undefined : at;
}
