// Which port is meant: by path, or by the numbers that a USB device carries.
import { readdirSync } from 'node:fs';
import { InstrumentOpenError } from './errors';
import type { PortInfo, SerialBinding } from './serial-port';

/** A USB device, by the ids that `lsusb` or the device manager shows. What isn't given isn't compared. */
export interface PortMatch {
  /** USB vendor id, hexadecimal (`'0403'`) or a number (`0x0403`). */
  readonly vendorId?: string | number;
  /** USB product id, hexadecimal or a number. */
  readonly productId?: string | number;
  /** Serial number of the device or its adapter. */
  readonly serialNumber?: string;
}

/** Where an instrument is: its port's path, also one under /dev/serial/by-id, or a USB device. */
export type PortAddress = string | PortMatch;

const SHOWN = 8;

/** How an address reads in messages. */
export function addressName(address: PortAddress): string {
  if (typeof address === 'string') return address;
  const parts = [
    address.vendorId === undefined ? '' : `vendor ${hex(address.vendorId)}`,
    address.productId === undefined ? '' : `product ${hex(address.productId)}`,
    address.serialNumber === undefined ? '' : `serial number ${address.serialNumber}`,
  ];
  return `the USB port with ${parts.filter((part) => part !== '').join(', ')}`;
}

/**
 * The path to open now. A USB device can come back under another path, so this is asked before every opening.
 * @throws InstrumentOpenError (`missing`, `ambiguous`, `failed`) if no port fits, several do, or nobody can tell.
 */
export async function findPort(address: PortAddress, binding: SerialBinding): Promise<string> {
  if (typeof address === 'string') return address;
  const name = addressName(address);
  const all = await binding.list().catch((error: Error) => {
    const message = `${name} can't be looked for, as this machine doesn't list its ports (${error.message}). Use its path.`;
    throw new InstrumentOpenError(name, 'failed', message, [], { cause: error });
  });
  const fitting = all.filter((port) => fits(port, address));
  const [first] = fitting;
  if (first !== undefined && fitting.length === 1) return first.path;
  const ports = (fitting.length > 0 ? fitting : all).map((port) => port.path);
  if (fitting.length > 0) {
    const message = `${name} is not the only one: ${fitting.map(portName).join(', ')}. Add its serialNumber, or use its path.`;
    throw new InstrumentOpenError(name, 'ambiguous', message, ports);
  }
  throw new InstrumentOpenError(name, 'missing', `${name} is not there. ${portsThere(all)}`, ports);
}

/** Ports that exist, most likely ones first; `undefined` if the system can't tell. */
export async function listPorts(binding: SerialBinding): Promise<PortInfo[] | undefined> {
  try {
    const ports = await binding.list();
    const plugged = (port: PortInfo): number => (port.vendorId === undefined ? 1 : 0);
    return ports.sort((a, b) => plugged(a) - plugged(b));
  } catch {
    return usualPorts();
  }
}

/** Where the system's device database is missing (a container, a small system): ports by their usual names, if any. */
function usualPorts(): PortInfo[] | undefined {
  try {
    const names = readdirSync('/dev').filter((name) => /^(ttyUSB|ttyACM|cu\.usb)/.test(name));
    return names.length === 0 ? undefined : names.map((name) => ({ path: `/dev/${name}` }) as PortInfo);
  } catch {
    return undefined; // The opening has its own error already.
  }
}

/** A sentence about the ports that exist. */
export function portsThere(ports: readonly PortInfo[] | undefined): string {
  if (ports === undefined)
    return "Which ports exist can't be found out here. Is it plugged in and switched on?";
  if (ports.length === 0)
    return 'No serial port was found on this machine: is it plugged in and switched on?';
  const more = ports.length > SHOWN ? `, and ${ports.length - SHOWN} more` : '';
  return `Ports that exist: ${ports.slice(0, SHOWN).map(portName).join(', ')}${more}.`;
}

function portName(port: PortInfo): string {
  const ids = port.vendorId === undefined ? '' : `${port.vendorId}:${port.productId ?? '?'}`;
  const about = [port.manufacturer, ids, port.serialNumber].filter(
    (part) => part !== undefined && part !== '',
  );
  return about.length === 0 || ids === '' ? port.path : `${port.path} (${about.join(' ')})`;
}

function fits(port: PortInfo, match: PortMatch): boolean {
  return (
    (match.vendorId === undefined || sameId(port.vendorId, match.vendorId)) &&
    (match.productId === undefined || sameId(port.productId, match.productId)) &&
    (match.serialNumber === undefined ||
      port.serialNumber?.toLowerCase() === match.serialNumber.toLowerCase())
  );
}

function sameId(found: string | undefined, wanted: string | number): boolean {
  return found !== undefined && hex(found) === hex(wanted);
}

function hex(id: string | number): string {
  const digits = typeof id === 'number' ? id.toString(16) : id.toLowerCase().replace(/^0x/, '');
  return digits.padStart(4, '0');
}
