// A serial instrument that speaks SCPI over IEEE 488.2's common commands.
import { InstrumentAnswerError } from './errors';
import type { SerialOptions } from './options';
import type { SyncQuery } from './owed-answers';
import { parseError, parseIdentity, ScpiError, type ScpiErrorEntry, type ScpiIdentity } from './scpi-answers';
import { SerialInstrument, type QueryOptions } from './serial-instrument';

/** Every SCPI instrument answers it with four fields, which no measurement looks like. */
const IDENTITY_SYNC: SyncQuery = { query: '*IDN?', answer: /^[^,]*[A-Za-z][^,]*,[^,]*,[^,]*,/ };

/** A queue that is still not empty after so many entries is not read on. */
const MOST_ERRORS = 100;

/**
 * An instrument with `*IDN?`, `*OPC?`, `*RST`, `*CLS` and an error queue. After an unanswered query it is brought back in
 * step with `*IDN?`, unless the options name another `sync`.
 */
export class ScpiInstrument extends SerialInstrument {
  constructor(options: SerialOptions) {
    super({ sync: IDENTITY_SYNC, ...options });
  }

  /** Identity string, as `*IDN?` reports it. */
  get identity(): Promise<string> {
    return this.query('*IDN?');
  }

  /** Identity by its fields: manufacturer, model, serial number, firmware. */
  get identification(): Promise<ScpiIdentity> {
    return this.identity.then(parseIdentity);
  }

  /**
   * Sends a command and asks whether the instrument took it. What stood in the error queue before counts too.
   * @throws ScpiError with the entries of the error queue; what `query` throws.
   */
  async command(command: string, options: QueryOptions = {}): Promise<void> {
    await this._exclusive(async () => {
      await this.write(command, options);
      const errors = await this.errors(options);
      if (errors.length > 0) throw new ScpiError(command, errors);
    });
  }

  /** Empties the error queue and gives what was in it, oldest first. */
  async errors(options: QueryOptions = {}): Promise<ScpiErrorEntry[]> {
    return this._exclusive(async () => {
      const errors: ScpiErrorEntry[] = [];
      while (errors.length < MOST_ERRORS) {
        const answer = await this.query('SYST:ERR?', options);
        const entry = parseError(answer);
        if (entry === undefined) {
          const { path } = this.connection;
          throw new InstrumentAnswerError(
            path,
            'SYST:ERR?',
            answer,
            `${JSON.stringify(answer)}, which is no error entry`,
          );
        }
        if (entry.code === 0) break;
        errors.push(entry);
      }
      return errors;
    });
  }

  /** Waits until everything sent so far is done (`*OPC?`). Give it a `timeout` that fits what is in progress. */
  async complete(options: QueryOptions = {}): Promise<void> {
    await this.query('*OPC?', options);
  }

  /** Back to the settings of the factory (`*RST`), with an empty error queue; waits until it is done. */
  async reset(options: QueryOptions = {}): Promise<void> {
    await this._exclusive(async () => {
      await this.write('*RST', options);
      await this.write('*CLS', options);
      await this.complete(options);
    });
  }

  /** Clears status and error queue (`*CLS`). */
  async clear(options: QueryOptions = {}): Promise<void> {
    await this.write('*CLS', options);
  }
}
