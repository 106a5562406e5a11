// Facts of serial ports, as far as the system tells without opening one.
import { existsSync, readFileSync } from 'node:fs';
import { OS } from '../../../src/os';
import { listPorts } from '../../instruments/port-finder';
import { systemBinding, type PortInfo } from '../../instruments/serial-port';
import type { PortFacts, SerialFacts } from '../checks/serial';
import type { Memberships } from './memberships';
import { processFacts, processNumbers } from './processes.linux';
import { lostAdapters, portsOfLinux } from './serial.linux';

/** What else is known: who looks, and which daemons answer. */
export interface SerialSurroundings {
  readonly user: string;
  readonly memberships: Memberships;
  readonly daemons: ReadonlyMap<number, string>;
  readonly servedByOthers: boolean;
}

/** The ports, and what may take them away. */
export async function serialFacts({ memberships, ...known }: SerialSurroundings): Promise<SerialFacts> {
  if (OS !== 'linux') {
    const listed = await listPorts(systemBinding());
    const within = OS === 'windows' ? 'windows' : 'mac';
    return { ...known, lost: [], meddlers: [], within, ...(listed && { ports: listed.map(asListed) }) };
  }
  const ports = await portsOfLinux(memberships);
  const within = surroundings();
  return {
    ...known,
    lost: lostAdapters(),
    meddlers: meddlers(),
    ...(ports && { ports }),
    ...(within && { within }),
  };
}

/** Elsewhere serialport lists them; who may open them, and who has, only trying would tell. */
function asListed({ path, manufacturer, vendorId, productId, serialNumber }: PortInfo): PortFacts {
  const ids = vendorId === undefined ? undefined : `${vendorId}:${productId ?? '?'}`;
  const about = [manufacturer, ids, serialNumber]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  return { path, kind: ids === undefined ? 'board' : 'usb', heldBy: [], ...(about !== '' && { about }) };
}

function meddlers(): SerialFacts['meddlers'] {
  const names = new Set(processNumbers().map((pid) => processFacts(pid)?.name));
  return (['ModemManager', 'brltty'] as const).filter((name) => names.has(name));
}

function surroundings(): SerialFacts['within'] {
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return 'container';
  try {
    return /microsoft/i.test(readFileSync('/proc/version', 'latin1')) ? 'wsl' : undefined;
  } catch {
    return undefined;
  }
}
