// The simulated camera's insides: settings, shutter, and what the spot did while it was open.
import { Drift, Noise } from './noise';
import { numberBetween, ScpiModel } from './scpi-model';
import { SIZE, SpotImage, type Scene } from './spot-image';

/** Exposure that can be set, in ms. */
export const EXPOSURES = { low: 0.1, high: 1000 } as const;
/** Gain that can be set, in counts per electron. */
export const GAINS = { low: 0.25, high: 8 } as const;
/** Reading a frame out, in ms. */
export const READOUT = 8;

/** Electrons per ms in the brightest pixel, and far off. */
const PEAK_RATE = 1500;
const STRAY_RATE = 2;
/** Frames whose pixels can still be fetched. */
const KEPT = 4;

/**
 * Speaks SCPI: `EXPO ms`, `EXPO?`, `GAIN g`, `GAIN?`, `TRIG?` (exposes, reads out and answers the frame's number). Pixels
 * don't go over the line, as they don't in real cameras: `fetch(number)` is the fast link.
 *
 * The spot wanders (12 pixels over 5 s), and its power by 2 % over 20 s.
 */
export class CameraModel extends ScpiModel {
  readonly #image: SpotImage;
  readonly #shutter: Shutter;

  /** @param seed repeats the noise. */
  constructor(seed: number) {
    const shutter = new Shutter(seed);
    super(`samebox,Simulated camera,SIM-${seed},1.0`, () => shutter.reset(), {
      'EXPO?': () => String(shutter.exposure),
      EXPO: (argument) => void (shutter.exposure = numberBetween(argument, EXPOSURES.low, EXPOSURES.high)),
      'GAIN?': () => String(shutter.gain),
      GAIN: (argument) => void (shutter.gain = numberBetween(argument, GAINS.low, GAINS.high)),
      'TRIG?': (_, now) => ({ line: String(shutter.release(now)), busy: shutter.exposure + READOUT }),
    });
    this.#shutter = shutter;
    this.#image = new SpotImage(new Noise(seed ^ 0xcafe));
  }

  /**
   * The pixels of frame `number`: 1024x1024 counts, uint16, written to `pixels`.
   * @throws Error if the frame was never taken, or four more have been since.
   */
  fetch(number: number, pixels?: Uint16Array): Uint16Array {
    const scene = this.#shutter.scenes.get(number);
    if (scene === undefined) throw new Error(`frame ${number} is not in the camera's memory`);
    return this.#image.draw(scene, pixels);
  }
}

/** Settings, and what was before the lens when the shutter was released. */
class Shutter {
  exposure = 20;
  gain = 1;
  readonly scenes = new Map<number, Scene>();
  readonly #drifts: readonly [x: Drift, y: Drift, power: Drift];
  #taken = 0;
  #last: number | undefined;

  constructor(seed: number) {
    const noise = new Noise(seed);
    this.#drifts = [new Drift(noise, 12, 5000), new Drift(noise, 12, 5000), new Drift(noise, 0.02, 20_000)];
  }

  reset(): void {
    this.exposure = 20;
    this.gain = 1;
  }

  release(now: number): number {
    const elapsed = now - (this.#last ?? now);
    this.#last = now;
    const [x, y, power] = this.#drifts;
    this.scenes.set((this.#taken += 1), {
      x: SIZE / 2 + x.step(elapsed),
      y: SIZE / 2 + y.step(elapsed),
      sigmaX: 60,
      sigmaY: 45,
      peak: PEAK_RATE * this.exposure * (1 + power.step(elapsed)),
      stray: STRAY_RATE * this.exposure,
      gain: this.gain,
    });
    this.scenes.delete(this.#taken - KEPT);
    return this.#taken;
  }
}
