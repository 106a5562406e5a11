// Serial ports as Linux shows them in /dev and /sys, and who has them: no port is opened.
import {
  accessSync,
  constants,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path/posix';
import { groupLabel, userLabel } from '../../../src/native';
import type { ProcessFacts } from '../checks/endpoint';
import type { PortRights } from '../checks/port-rights';
import type { LostAdapter, PortFacts } from '../checks/serial';
import type { Memberships } from './memberships';
import { holders, processFacts } from './processes.linux';

/** Where the kernel shows things; elsewhere in tests. */
export interface Roots {
  readonly dev: string;
  readonly sys: string;
  readonly proc: string;
  /** Where programs of old leave lock files. */
  readonly locks: string;
}

/** Of this machine. */
export const ROOTS: Roots = { dev: '/dev', sys: '/sys', proc: '/proc', locks: '/run/lock' };

const USB = /^tty(USB|ACM)\d+$/;
/** Ports of PCs, and of the boards that people build into instruments. */
const BOARD = /^tty(S|AMA|mxc|THS|SAC|O|PS)\d+$/;
const READ_WRITE = 0o060;

/** Adapters without a protocol of their own: by vendor and products, the driver that makes ports of them. */
const ADAPTERS: readonly (readonly [vendor: string, products: RegExp, driver: string, about: string])[] = [
  ['0403', /^60(01|10|11|14|15)$/, 'ftdi_sio', 'FTDI'],
  ['10c4', /^ea(60|61|63|70|71|80)$/, 'cp210x', 'Silicon Labs CP210x'],
  ['1a86', /^(7523|7522|5523)$/, 'ch341', 'QinHeng CH340'],
  ['067b', /^(2303|23[a-d]3|23[ef]3)$/, 'pl2303', 'Prolific PL2303'],
];

/** Ports in the order of their names, what is plugged in first. `undefined` if /dev can't be read. */
export async function portsOfLinux(
  memberships: Memberships,
  roots: Roots = ROOTS,
): Promise<PortFacts[] | undefined> {
  const names = namesIn(roots.dev);
  if (names === undefined) return undefined;
  const ports = names
    .filter((name) => USB.test(name) || (BOARD.test(name) && hasHardware(name, roots)))
    .sort(
      (a, b) => Number(BOARD.test(a)) - Number(BOARD.test(b)) || a.localeCompare(b, 'en', { numeric: true }),
    );
  const paths = ports.map((name) => join(roots.dev, name));
  const open = holders(new Set(paths), roots.proc);
  const stable = stableNames(roots.dev);
  const found = ports.map(async (name, at): Promise<PortFacts> => {
    const path = paths[at] ?? name;
    const about = deviceOf(name, roots.sys);
    const byId = stable.get(path);
    const rights = await rightsTo(path, memberships);
    const heldBy = [...(open.get(path) ?? []), ...lockedBy(name, roots)];
    return {
      path,
      kind: USB.test(name) ? 'usb' : 'board',
      heldBy: [...new Set(heldBy)].map((pid): ProcessFacts => processFacts(pid, roots.proc) ?? { pid }),
      ...(about !== undefined && { about }),
      ...(byId !== undefined && { byId }),
      ...(rights !== undefined && { rights }),
    };
  });
  return Promise.all(found);
}

/** USB adapters that are there, and of which no driver has made a port. */
export function lostAdapters({ sys }: Roots = ROOTS): LostAdapter[] {
  const devices = join(sys, 'bus/usb/devices');
  return (namesIn(devices) ?? []).flatMap((name) => {
    const folder = join(devices, name);
    const [vendor, product] = [textIn(join(folder, 'idVendor')), textIn(join(folder, 'idProduct'))];
    const known = ADAPTERS.find(([id, products]) => id === vendor && products.test(product ?? ''));
    if (known === undefined || hasPort(folder)) return [];
    const [, , driver, about] = known;
    return [
      { ids: `${vendor ?? ''}:${product ?? ''}`, about: textIn(join(folder, 'product')) ?? about, driver },
    ];
  });
}

/** `ttyUSB0` lies in the folder of its interface, `ttyACM0` in a folder `tty` of that. */
function hasPort(device: string): boolean {
  return (namesIn(device) ?? [])
    .filter((name) => name.includes(':'))
    .some((part) => (namesIn(join(device, part)) ?? []).some((name) => /^tty/.test(name)));
}

/** The kernel makes ttyS0 to ttyS31 whether there are such ports or not; type 0 is none. */
function hasHardware(name: string, { sys }: Roots): boolean {
  const type = textIn(join(sys, 'class/tty', name, 'type'));
  return type !== undefined && type !== '0';
}

/** What hangs at a port: the USB device above its entry. */
function deviceOf(name: string, sys: string): string | undefined {
  try {
    let folder = realpathSync(join(sys, 'class/tty', name, 'device'));
    for (; folder.length > sys.length; folder = dirname(folder)) {
      const vendor = textIn(join(folder, 'idVendor'));
      if (vendor === undefined) continue;
      const text = (file: string): string => textIn(join(folder, file)) ?? '';
      const parts = [text('manufacturer'), text('product'), `${vendor}:${text('idProduct')}`, text('serial')];
      return parts.filter((part) => part !== '').join(' ');
    }
  } catch {
    // A port without a device in /sys.
  }
  return undefined;
}

/** The names under /dev/serial/by-id, by what they lead to. */
function stableNames(dev: string): Map<string, string> {
  const folder = join(dev, 'serial/by-id');
  const pairs = (namesIn(folder) ?? []).flatMap((name): [string, string][] => {
    try {
      return [[resolve(folder, readlinkSync(join(folder, name))), join(folder, name)]];
    } catch {
      return []; // Unplugged meanwhile.
    }
  });
  return new Map(pairs);
}

async function rightsTo(path: string, memberships: Memberships): Promise<PortRights | undefined> {
  try {
    const { uid, gid, mode } = statSync(path);
    const groupMay = (mode & READ_WRITE) === READ_WRITE;
    return {
      may: isOpenable(path),
      owner: userLabel(uid),
      group: groupLabel(gid),
      groupMay,
      member: await memberships.of(gid),
    };
  } catch {
    return undefined; // Unplugged meanwhile.
  }
}

function isOpenable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** `LCK..ttyUSB0` has the number of a process, of any user: minicom and its like write it. */
function lockedBy(name: string, { locks, proc }: Roots): number[] {
  const pid = Number.parseInt(textIn(join(locks, `LCK..${basename(name)}`)) ?? '', 10);
  return pid > 0 && processFacts(pid, proc) !== undefined ? [pid] : [];
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
