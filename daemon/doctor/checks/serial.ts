// Serial ports: which are there, whether this user may open them, and who else has them or takes them away.
import type { Finding } from '../../../src/doctor-request';
import { finding } from '../finding';
import type { ProcessFacts } from './endpoint';
import { mayNotOpen, type PortRights } from './port-rights';

/** A serial port. */
export interface PortFacts {
  readonly path: string;
  /** `'usb'`: what is plugged in. `'board'`: a port of the machine itself, with or without something at its end. */
  readonly kind: 'usb' | 'board';
  /** What it is: `FTDI FT232R 0403:6001 A900`. */
  readonly about?: string;
  /** A name that it keeps when it is plugged in elsewhere. */
  readonly byId?: string;
  /** Whether this user may open it; absent where only trying would tell. */
  readonly rights?: PortRights;
  /** Who has it open, as far as this user may see. */
  readonly heldBy: readonly ProcessFacts[];
}

/** A USB device that is a serial adapter, and has no port. */
export interface LostAdapter {
  /** `1a86:7523`. */
  readonly ids: string;
  readonly about: string;
  /** The kernel's driver for it. */
  readonly driver: string;
}

/** The serial ports of this machine. */
export interface SerialFacts {
  readonly user: string;
  /** Absent where the system doesn't list them. */
  readonly ports?: readonly PortFacts[];
  readonly lost: readonly LostAdapter[];
  /** Programs that run and open serial ports of their own accord. */
  readonly meddlers: readonly ('ModemManager' | 'brltty')[];
  /** Daemons of samebox that answer: by pid, how they are called. */
  readonly daemons: ReadonlyMap<number, string>;
  /** Whether daemons of other users answer here: then it is they who need the ports. */
  readonly servedByOthers: boolean;
  /** What this runs in, where that decides how devices are looked for. Default: a Linux machine. */
  readonly within?: 'container' | 'wsl' | 'windows' | 'mac';
}

const MEDDLING = {
  ModemManager: {
    does: 'talks to every new serial port for half a minute, to find out whether it is a modem',
    todo: 'Switch it off (sudo systemctl disable --now ModemManager), or keep it from one device by a udev rule with ENV{ID_MM_DEVICE_IGNORE}="1".',
  },
  brltty: {
    does: 'takes USB serial adapters for Braille displays, and their ports vanish',
    todo: 'Remove it if nobody needs it: sudo apt remove brltty',
  },
} as const;

/** Ports, then what threatens them. */
export function checkSerial(facts: SerialFacts): Finding[] {
  const { ports } = facts;
  if (ports === undefined) {
    return [
      finding(
        'serial',
        'note',
        "This system doesn't list its serial ports",
        'Nothing, if no instrument needs one; else ask for it by its path.',
      ),
    ];
  }
  return [
    ...(ports.length === 0 && facts.lost.length === 0
      ? [none(facts)]
      : ports.flatMap((port) => ofPort(port, facts))),
    ...facts.lost.map((adapter) => withoutPort(adapter, facts)),
    ...meddling(facts),
  ];
}

function none({ within }: SerialFacts): Finding {
  const todo = {
    container:
      'If an instrument is meant: start the container with --device=/dev/ttyUSB0, and --group-add dialout.',
    wsl: 'If an instrument is meant: hand it over from Windows with usbipd attach.',
    windows:
      'If an instrument is meant: plug it in and switch it on; the Device Manager shows whether its driver is missing.',
    mac: 'If an instrument is meant: plug it in and switch it on; system_profiler SPUSBDataType shows whether the system sees it at all.',
    machine:
      'If an instrument is meant: plug it in and switch it on; lsusb shows whether the system sees it at all.',
  }[within ?? 'machine'];
  return finding('serial', 'note', 'No serial port was found', todo);
}

function ofPort(port: PortFacts, facts: SerialFacts): Finding[] {
  const { path, about, byId, rights, heldBy, kind } = port;
  const name = about === undefined ? path : `${path} (${about})`;
  const ours = heldBy.find(({ pid }) => facts.daemons.has(pid));
  if (ours !== undefined)
    return [
      finding('serial', 'ok', `${name} is open in ${facts.daemons.get(ours.pid) ?? ''} (pid ${ours.pid})`),
    ];
  const [holder] = heldBy;
  if (holder !== undefined) return [held(name, port, holder)];
  if (rights !== undefined && !rights.may) {
    // Whether anything hangs on a port of the board nobody can tell.
    const level = kind === 'board' || facts.servedByOthers ? 'note' : 'warning';
    return [mayNotOpen(name, level, rights, facts.user)];
  }
  const keeps = byId === undefined ? '' : `; it keeps the name ${byId}`;
  return [
    finding(
      'serial',
      'ok',
      `${name} is ${rights === undefined ? 'there' : `free, and ${facts.user} may open it`}${keeps}`,
    ),
  ];
}

/** A port of the board may be the machine's console. */
function held(
  name: string,
  { path, kind }: PortFacts,
  { pid, name: program = 'a process' }: ProcessFacts,
): Finding {
  const known = program === 'ModemManager' || program === 'brltty' ? MEDDLING[program] : undefined;
  const todo = known?.todo ?? `Close it there, if a box shall have it (fuser -v ${path} shows it again).`;
  return finding(
    'serial',
    kind === 'usb' ? 'warning' : 'note',
    `${name} is open in ${program} (pid ${pid})`,
    todo,
  );
}

function withoutPort({ ids, about, driver }: LostAdapter, { meddlers, within }: SerialFacts): Finding {
  const says = `The serial adapter ${about} (${ids}) is plugged in, and has no port`;
  if (meddlers.includes('brltty'))
    return finding('serial', 'problem', `${says}: brltty takes such adapters`, MEDDLING.brltty.todo);
  if (within === 'container') {
    return finding(
      'serial',
      'warning',
      says,
      'Start the container with --device=/dev/ttyUSB0 (as it is called outside).',
    );
  }
  if (driver === 'ftdi_sio') {
    const todo =
      "Nothing, if its vendor's library (D2XX) is used; else load its driver: sudo modprobe ftdi_sio. dmesg tells more.";
    return finding('serial', 'note', says, todo);
  }
  const todo = `Load its driver: sudo modprobe ${driver}. If the port comes and goes, brltty takes it (sudo apt remove brltty); dmesg tells.`;
  return finding('serial', 'warning', says, todo);
}

function meddling({ meddlers, ports = [] }: SerialFacts): Finding[] {
  if (!ports.some(({ kind }) => kind === 'usb')) return [];
  const told = new Set(ports.flatMap(({ heldBy }) => heldBy.map(({ name }) => name)));
  return meddlers
    .filter((name) => !told.has(name))
    .map((name) =>
      finding('serial', 'note', `${name} runs, which ${MEDDLING[name].does}`, MEDDLING[name].todo),
    );
}
