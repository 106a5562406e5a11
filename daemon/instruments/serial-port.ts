// What is used of serialport, loaded when the first port is opened: it costs time, and the drivers of real ports native code.
import type * as Mock from '@serialport/binding-mock';
import type * as Stream from '@serialport/stream';
import type * as Serialport from 'serialport';

/** A port as the system lists it. */
export type PortInfo = Awaited<ReturnType<typeof Serialport.SerialPort.list>>[number];

/** The stream over an open port. */
export type PortStream = Stream.SerialPortStream<SystemBinding>;
type SystemBinding = typeof Serialport.SerialPort.binding;

/** Settings of the line, in serialport's words. Default: 8 data bits, no parity, 1 stop bit, no flow control. */
export interface PortSettings {
  /** Bits per second. Default 115200. */
  readonly baudRate?: number;
  readonly dataBits?: 5 | 6 | 7 | 8;
  readonly parity?: 'none' | 'even' | 'odd' | 'mark' | 'space';
  readonly stopBits?: 1 | 1.5 | 2;
  /** Hardware flow control. */
  readonly rtscts?: boolean;
  /** Software flow control for output. */
  readonly xon?: boolean;
  /** Software flow control for input. */
  readonly xoff?: boolean;
  readonly xany?: boolean;
  /** Drop DTR when the port is closed. Default true. */
  readonly hupcl?: boolean;
  /** Keep other processes from opening the port. Default true. */
  readonly lock?: boolean;
}

/** How a port is reached: serialport's `BindingInterface`. `SerialPort.binding` is the real one, `MockBinding` another. */
export interface SerialBinding {
  list(): Promise<PortInfo[]>;
  open(options: { path: string; baudRate: number }): Promise<object>;
}

/* eslint-disable @typescript-eslint/no-require-imports -- not before a port is wanted */

/** The ports of this machine. */
export function systemBinding(): SerialBinding {
  return (require('serialport') as typeof Serialport).SerialPort.binding;
}

/** Ports in memory. */
export function mockBinding(): typeof Mock.MockBinding {
  return (require('@serialport/binding-mock') as typeof Mock).MockBinding;
}

/** A stream over `path` through `binding`, not yet open. */
export function portStream(binding: SerialBinding, path: string, settings: PortSettings): PortStream {
  const { SerialPortStream } = require('@serialport/stream') as typeof Stream;
  const options = { baudRate: 115200, ...settings, path, binding: binding as SystemBinding, autoOpen: false };
  return new SerialPortStream(options);
}
