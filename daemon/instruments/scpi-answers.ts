// What SCPI answers mean: identities and entries of the error queue.

/** The four fields of an answer to `*IDN?` (IEEE 488.2, 10.14). A field that wasn't answered is empty. */
export interface ScpiIdentity {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  /** The answer as it came. */
  readonly raw: string;
}

/** An entry of the error queue (SCPI-99, volume 1, 21.8): negative codes are the standard's, positive ones the instrument's. */
export interface ScpiErrorEntry {
  readonly code: number;
  readonly text: string;
}

/** An instrument's own complaint, from its error queue. */
export class ScpiError extends Error {
  static {
    this.prototype.name = 'ScpiError';
  }
  /** Code of the first entry: -113 undefined header, -222 data out of range, and so on. */
  readonly code: number;

  constructor(
    /** What had been sent. */
    readonly command: string,
    /** Everything that stood in the queue, oldest first; never empty. */
    readonly errors: readonly ScpiErrorEntry[],
  ) {
    const list = errors.map(({ code, text }) => `${code} ${text}`).join('; ');
    super(`the instrument refused ${JSON.stringify(command)}: ${list}`);
    this.code = errors[0]?.code ?? 0;
  }
}

/** Reads an answer to `*IDN?`. */
export function parseIdentity(raw: string): ScpiIdentity {
  const [manufacturer = '', model = '', serial = '', ...firmware] = raw
    .split(',')
    .map((field) => field.trim());
  return { manufacturer, model, serial, firmware: firmware.join(','), raw };
}

/** Reads an answer to `SYST:ERR?`; `undefined` if it isn't one. */
export function parseError(answer: string): ScpiErrorEntry | undefined {
  const parts = /^\s*([+-]?\d+)\s*(?:,\s*"?(.*?)"?\s*)?$/.exec(answer);
  return parts === null ? undefined : { code: Number(parts[1]), text: parts[2] ?? '' };
}
