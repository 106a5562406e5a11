// An SCPI power meter as a state machine: a command line in, an answer line out. Knows nothing of lines or time.

/** The settings of a meter. */
export interface MeterOptions {
  /** What `*IDN?` answers. */
  readonly identity: string;
  /** Uniform numbers from 0 to 1, for the noise. */
  readonly random: () => number;
}

type Handler = (argument: string) => string | undefined;

/** The highest range: 0 is the most sensitive. */
const RANGES = 6;
const QUEUE = 10;

/**
 * Executes commands in the way of SCPI-99 (volume 1, chapters 6 and 21): short and long forms, any case, several in a line
 * with `;`, and an error queue instead of error answers.
 */
export class ScpiMeter {
  #range = 3;
  readonly #errors: string[] = [];
  readonly #commands: readonly (readonly [RegExp, Handler])[];

  constructor(readonly options: MeterOptions) {
    this.#commands = [
      [/^\*IDN\?$/i, () => options.identity],
      [/^\*OPC\?$/i, () => '1'],
      [/^\*RST$/i, () => this.#reset()],
      [/^\*CLS$/i, () => this.#clear()],
      [/^SYST(EM)?:ERR(OR)?(:NEXT)?\?$/i, () => this.#errors.shift() ?? '0,"No error"'],
      [/^MEAS(URE)?:VOLT(AGE)?\?$/i, (argument) => this.#measure(argument)],
      [/^RANGE\?$/i, () => String(this.#range)],
      [/^RANGE$/i, (argument) => this.#setRange(argument)],
      [/^ECHO\?$/i, (argument) => argument],
    ];
  }

  /** @returns the answer to a line, without a terminator; `undefined` if nothing in it asks. */
  execute(line: string): string | undefined {
    const answers = line
      .split(';')
      .map((command) => this.#one(command.trim()))
      .filter((answer) => answer !== undefined);
    return answers.length > 0 ? answers.join(';') : undefined;
  }

  #one(command: string): string | undefined {
    if (command === '') return undefined;
    const [, header = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(command) ?? [];
    const handler = this.#commands.find(([pattern]) => pattern.test(header))?.[1];
    return handler === undefined ? this.#fail(-113, 'Undefined header', header) : handler(argument);
  }

  /** A mean of n readings: the noise falls with the root of n and grows with the range. */
  #measure(argument: string): string | undefined {
    const samples = argument === '' ? 1 : Number(argument);
    if (!Number.isInteger(samples) || samples < 1) return this.#fail(-222, 'Data out of range', argument);
    const noise = (this.options.random() - 0.5) * 10 ** (this.#range - 6) * Math.sqrt(12 / samples);
    return (0.25 + noise).toExponential(6).toUpperCase();
  }

  #setRange(argument: string): undefined {
    const range = Number(argument);
    if (argument === '') return this.#fail(-109, 'Missing parameter', 'RANGE');
    if (!Number.isInteger(range) || range < 0 || range > RANGES)
      return this.#fail(-222, 'Data out of range', argument);
    this.#range = range;
    return undefined;
  }

  #reset(): undefined {
    this.#range = 3;
  }

  #clear(): undefined {
    this.#errors.length = 0;
  }

  #fail(number: number, text: string, what: string): undefined {
    const full = this.#errors.length >= QUEUE;
    // A full queue says so in its last place, and loses the rest.
    if (full) this.#errors[QUEUE - 1] = '-350,"Queue overflow"';
    else this.#errors.push(`${String(number)},"${text};${what}"`);
    return undefined;
  }
}
