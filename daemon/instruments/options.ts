// The options of a serial instrument, checked and completed.
import { systemClock, type Clock } from './clock';
import type { LineFormat } from './line-splitter';
import type { SyncQuery } from './owed-answers';
import type { PortAddress, PortMatch } from './port-finder';
import type { BackoffBounds } from '../../src/backoff';
import type { PortSettings, SerialBinding } from './serial-port';

/** How an instrument is reached and spoken to. Give `path`, or what identifies its USB adapter. */
export interface SerialOptions extends PortSettings, PortMatch {
  /** The port: `/dev/ttyUSB0`, `/dev/serial/by-id/usb-...`, `COM3`. */
  readonly path?: string;
  /**
   * What ends a line: one text for both ways, or one each. Default `'\n'`; coming in, `'\n'` also takes `'\r\n'`.
   */
  readonly terminator?: string | { readonly in?: string; readonly out?: string };
  /** How long an answer may take, in milliseconds. Default 2000. */
  readonly timeout?: number;
  /** How long after its timeout an answer may still come, in milliseconds: the next query waits for it. Default 2000. */
  readonly lateWindow?: number;
  /** A query that tells for certain that the instrument is in step again. Default none (`ScpiInstrument`: `*IDN?`). */
  readonly sync?: SyncQuery;
  /** How text becomes bytes and back. Default `'utf8'`; older instruments want `'latin1'`. */
  readonly encoding?: BufferEncoding;
  /** The longest answer in bytes. Default 1 MiB. */
  readonly maxLine?: number;
  /** Bounds of the waiting before a port that went away is opened again. */
  readonly reopen?: BackoffBounds;
  /** How long to wait after opening before anything is written, in milliseconds: some boards restart. Default 0. */
  readonly settleTime?: number;
  /** How ports are reached: serialport's `BindingInterface`. Default the system's; simulations and tests give another. */
  readonly binding?: SerialBinding;
  /** Time. Default the system's. */
  readonly clock?: Clock;
}

/** Options with every default in place. */
export interface ResolvedOptions {
  readonly address: PortAddress;
  readonly settings: PortSettings;
  readonly lines: LineFormat;
  /** What is put behind a command. */
  readonly terminator: string;
  readonly timeout: number;
  readonly lateWindow: number;
  readonly sync: SyncQuery | undefined;
  readonly reopen: BackoffBounds;
  readonly settleTime: number;
  readonly binding: SerialBinding | undefined;
  readonly clock: Clock;
}

const SETTINGS = [
  'baudRate',
  'dataBits',
  'parity',
  'stopBits',
  'rtscts',
  'xon',
  'xoff',
  'xany',
  'hupcl',
  'lock',
] as const satisfies readonly (keyof PortSettings)[];

/**
 * Checks options and fills in the defaults.
 * @throws TypeError if no port is named or something isn't what it should be; RangeError for impossible numbers.
 */
export function resolveOptions(options: SerialOptions): ResolvedOptions {
  const { terminator = '\n' } = options;
  const ends = typeof terminator === 'string' ? { in: terminator, out: terminator } : terminator;
  if (options.sync !== undefined) checkSync(options.sync);
  return {
    address: addressOf(options),
    settings: settingsOf(options),
    lines: {
      terminator: checkTerminator(ends.in ?? '\n'),
      encoding: checkEncoding(options.encoding ?? 'utf8'),
      maxLine: positive('maxLine', options.maxLine ?? 2 ** 20),
    },
    terminator: checkTerminator(ends.out ?? '\n'),
    timeout: positive('timeout', options.timeout ?? 2000),
    lateWindow: notNegative('lateWindow', options.lateWindow ?? 2000),
    sync: options.sync,
    reopen: options.reopen ?? {},
    settleTime: notNegative('settleTime', options.settleTime ?? 0),
    binding: options.binding,
    clock: options.clock ?? systemClock,
  };
}

/** @throws RangeError unless `value` is above 0 and finite. */
export function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`${name} must be a number above 0, not ${String(value)}`);
}

function notNegative(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`${name} must be a number from 0 up, not ${String(value)}`);
}

function addressOf({ path, vendorId, productId, serialNumber }: SerialOptions): PortAddress {
  if (path !== undefined) {
    if (typeof path === 'string' && path !== '') return path;
    throw new TypeError("path must be a port's path, like /dev/ttyUSB0");
  }
  if (vendorId === undefined && productId === undefined && serialNumber === undefined) {
    throw new TypeError('say which port: { path }, or { vendorId, productId, serialNumber }');
  }
  return {
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(productId === undefined ? {} : { productId }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
  };
}

function settingsOf(options: SerialOptions): PortSettings {
  const given = SETTINGS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  const settings = Object.fromEntries(given) as PortSettings;
  return { ...settings, baudRate: positive('baudRate', options.baudRate ?? 115200) };
}

function checkTerminator(terminator: string): string {
  if (typeof terminator === 'string' && terminator !== '') return terminator;
  throw new TypeError("terminator must be a text of at least one character, like '\\r\\n'");
}

function checkEncoding(encoding: BufferEncoding): BufferEncoding {
  if (Buffer.isEncoding(encoding)) return encoding;
  throw new TypeError(`there is no encoding "${String(encoding)}"`);
}

function checkSync(sync: SyncQuery): void {
  if (typeof sync.query === 'string' && sync.query !== '' && sync.answer instanceof RegExp) return;
  throw new TypeError('sync must be { query: string, answer: RegExp }');
}
