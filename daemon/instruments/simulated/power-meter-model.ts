// The physics of the simulated power meter: a photodiode, its amplifier, and a converter.
import { Drift, Noise } from './noise';
import { numberBetween, outOfRange, ScpiModel } from './scpi-model';

/** Full scale of ranges 1 to 5, in volts. */
export const FULL_SCALES = [10, 3, 1, 0.3, 0.1] as const;

/** How long one sample integrates, in milliseconds: half a period of the mains. */
export const SAMPLE_TIME = 10;

/** The most samples that one command takes. */
export const MOST_SAMPLES = 10_000;

/** Light on the diode gives this much, in volts over its load. */
const MEAN = 0.25;
/** Load of the photodiode, in ohms. */
const LOAD = 1e6;
/** Charge of an electron, in coulombs. */
const ELECTRON = 1.602e-19;
/** Noise of the laser itself within a sample, relative. */
const INTENSITY_NOISE = 2e-4;
/** Hum of the mains, in volts (amplitude). */
const HUM = 1e-3;
const MAINS = 50;
/** Counts of the converter from 0 to full scale: 16 bits with sign. */
const COUNTS = 2 ** 15 - 1;

/**
 * Speaks SCPI: `MEAS:VOLT? n` (mean of n samples, 10 ms each), `RANG n`, `RANG?`.
 *
 * A sample is the light's slow drift (0.4 % over a minute), shot noise of the photocurrent (`sqrt(2 e I B)` over the
 * load), intensity noise, hum integrated over the sample, cut at full scale and rounded to the converter's steps.
 */
export class PowerMeterModel extends ScpiModel {
  /** @param seed repeats the noise. */
  constructor(seed: number) {
    const diode = new Photodiode(seed);
    let range = 2;
    super(`samebox,Simulated power meter,SIM-${seed},1.0`, () => void (range = 2), {
      'RANG?': () => String(range),
      RANG: (argument) => {
        const wanted = numberBetween(argument, 1, FULL_SCALES.length);
        if (!Number.isInteger(wanted)) throw outOfRange();
        range = wanted;
      },
      'MEAS:VOLT?': (argument, now) => {
        const samples = Math.round(numberBetween(argument === '' ? '1' : argument, 1, MOST_SAMPLES));
        const mean = diode.mean(samples, now, FULL_SCALES[range - 1] ?? 10);
        return { line: mean.toExponential(7), busy: samples * SAMPLE_TIME };
      },
    });
  }
}

/** A photodiode over its load, sampled. */
export class Photodiode {
  readonly #noise: Noise;
  readonly #drift: Drift;
  #last: number | undefined;

  constructor(seed: number) {
    this.#noise = new Noise(seed);
    this.#drift = new Drift(new Noise(seed ^ 0x5eed), 0.004, 60_000);
  }

  /** Mean of `samples` samples that begin at `now` (milliseconds), in volts. */
  mean(samples: number, now: number, fullScale: number): number {
    let sum = 0;
    for (let index = 0; index < samples; index += 1)
      sum += this.#sample(now + index * SAMPLE_TIME, fullScale);
    return sum / samples;
  }

  #sample(start: number, fullScale: number): number {
    const light = MEAN * (1 + this.#drift.step(start - (this.#last ?? start)));
    this.#last = start;
    const bandwidth = 1000 / (2 * SAMPLE_TIME);
    const shot = Math.sqrt((2 * ELECTRON * light * bandwidth) / LOAD) * LOAD;
    const intensity = INTENSITY_NOISE * light;
    const volts = light + Math.hypot(shot, intensity) * this.#noise.gauss() + hum(start);
    const clipped = Math.min(Math.max(volts, -fullScale), fullScale);
    return (Math.round((clipped / fullScale) * COUNTS) * fullScale) / COUNTS;
  }
}

/** The hum's mean over one sample: consecutive samples see opposite halves of the period, so pairs cancel it. */
function hum(start: number): number {
  const phase = (milliseconds: number): number => (2 * Math.PI * MAINS * milliseconds) / 1000;
  const turn = phase(SAMPLE_TIME);
  return (HUM * (Math.cos(phase(start)) - Math.cos(phase(start + SAMPLE_TIME)))) / turn;
}
