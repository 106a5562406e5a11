// The simulated power meter.
import { callContext } from '../../call-context';
import { systemClock, type Clock } from '../clock';
import { ScpiInstrument } from '../scpi-instrument';
import { paced } from './paced';
import { FULL_SCALES, MOST_SAMPLES, PowerMeterModel, SAMPLE_TIME } from './power-meter-model';
import { seedOf, simulatedLine, type SimulationOptions } from './simulation-options';

/** Samples that are taken with one command: in between, a cancel is heeded and progress is told. */
const BLOCK = 25;

/**
 * A simulated optical power meter: a photodiode of about 0.25 V behind a switchable amplifier and a 16-bit converter.
 *
 * Its readings drift by some 0.4 % a minute and carry shot noise, intensity noise and 50 Hz hum. A sample integrates over
 * 10 ms, half a period of the hum: averages of an even number of samples are free of it. It speaks SCPI over a simulated
 * serial line.
 */
export class SimulatedPowerMeter extends ScpiInstrument {
  readonly #clock: Clock;

  constructor(options: SimulationOptions = {}) {
    super(simulatedLine('power-meter', new PowerMeterModel(seedOf(options)), options));
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Measuring range, 1 to 5: full scale 10, 3, 1, 0.3 or 0.1 V. A finer range has finer steps; light beyond full scale is
   * cut off there (so range 5 reads 0.1 V). After a reset 2.
   * @throws RangeError when it is set to anything else.
   */
  get range(): Promise<number> {
    return this.queryNumber('RANG?');
  }

  set range(range: number) {
    if (!Number.isInteger(range) || range < 1 || range > FULL_SCALES.length) {
      throw new RangeError(
        `range must be a whole number from 1 to ${FULL_SCALES.length}, not ${String(range)}`,
      );
    }
    this._finish(this.command(`RANG ${range}`));
  }

  /**
   * Mean of `samples` photodiode readings, in volts. Takes 10 ms for each.
   * @param samples 1 to 10000.
   * @throws RangeError if `samples` is outside.
   */
  async readVoltage(samples: number = 1): Promise<number> {
    if (!Number.isInteger(samples) || samples < 1 || samples > MOST_SAMPLES) {
      throw new RangeError(
        `samples must be a whole number from 1 to ${MOST_SAMPLES}, not ${String(samples)}`,
      );
    }
    const context = callContext();
    let sum = 0;
    for (let done = 0; done < samples;) {
      const block = Math.min(BLOCK, samples - done);
      sum += block * (await this.queryNumber(`MEAS:VOLT? ${block}`, { timeout: block * SAMPLE_TIME + 2000 }));
      done += block;
      if (samples > BLOCK) context.progress(done / samples, `${done} of ${samples} samples`);
    }
    return sum / samples;
  }

  /**
   * One reading after the other, in volts, until you leave.
   * @param interval from one to the next, in milliseconds; at least 10.
   * @throws RangeError if `interval` is less.
   */
  async *readings(interval: number = 100): AsyncGenerator<number, void, undefined> {
    if (!(interval >= SAMPLE_TIME && interval < Infinity)) {
      throw new RangeError(`interval must be at least ${SAMPLE_TIME} ms, not ${String(interval)}`);
    }
    yield* paced(this.#clock, interval, callContext().signal, () => this.readVoltage());
  }
}
