// What the simulated SCPI devices have in common: parsing, common commands, an error queue.
import type { DeviceModel, Reply } from './device-model';

/** What a header does: `argument` is empty if none was given. An answer that takes time says so with `busy`. */
export type ScpiHandler = (
  argument: string,
  now: number,
) => string | { readonly line: string; readonly busy: number } | void;

const QUEUE = 16;

/** A refusal that a handler throws; it goes to the error queue. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    text: string,
  ) {
    super(text);
  }
}

/** An argument outside of what the device can do. */
export const outOfRange = (): Refusal => new Refusal(-222, 'Data out of range');

/** A device that does one command after the other, as SCPI devices do, and queues its errors. */
export class ScpiModel implements DeviceModel {
  readonly terminator = '\n';
  readonly #handlers: ReadonlyMap<string, ScpiHandler>;
  readonly #errors: string[] = [];
  #busyUntil = 0;

  /** @param handlers by header, in the short form and upper case: `'RANG?'`. */
  constructor(identity: string, reset: () => void, handlers: Readonly<Record<string, ScpiHandler>>) {
    this.#handlers = new Map<string, ScpiHandler>([
      ['*IDN?', () => identity],
      ['*OPC?', () => '1'],
      ['*RST', () => reset()],
      ['*CLS', () => void (this.#errors.length = 0)],
      ['SYST:ERR?', () => this.#errors.shift() ?? '0,"No error"'],
      ...Object.entries(handlers),
    ]);
  }

  receive(command: string, now: number): Reply | undefined {
    const start = Math.max(now, this.#busyUntil);
    const [, header = '', argument = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(command) ?? [];
    if (header === '') return undefined;
    try {
      const handler = this.#handlers.get(header.toUpperCase());
      if (handler === undefined) throw new Refusal(-113, `Undefined header; ${header}`);
      const result = handler(argument, start);
      if (typeof result === 'string') return { line: result, at: start };
      if (result === undefined) return undefined;
      this.#busyUntil = start + result.busy;
      return { line: result.line, at: this.#busyUntil };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(error);
      return undefined;
    }
  }

  #refuse({ code, message }: Refusal): void {
    if (this.#errors.length < QUEUE) this.#errors.push(`${code},"${message}"`);
    else this.#errors[QUEUE - 1] = '-350,"Queue overflow"';
  }
}

/** A number between bounds, or a refusal. */
export function numberBetween(argument: string, low: number, high: number): number {
  const value = Number(argument);
  if (argument === '' || Number.isNaN(value)) throw new Refusal(-104, 'Data type error');
  if (value < low || value > high) throw outOfRange();
  return value;
}
