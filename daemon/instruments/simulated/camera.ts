// The simulated camera.
import type { NdArray } from '../../../src/values/nd-array';
import { callContext, type Allocate } from '../../call-context';
import { shared, type SharedSource, type SharedStream } from '../../shared/shared-stream';
import { systemClock, type Clock } from '../clock';
import { ScpiInstrument } from '../scpi-instrument';
import { CameraModel, EXPOSURES, GAINS } from './camera-model';
import { paced } from './paced';
import { seedOf, simulatedLine, type SimulationOptions } from './simulation-options';
import { SIZE } from './spot-image';

const FASTEST = 50;

/**
 * A simulated camera that looks at a laser spot: 1024x1024 pixels of 16 bits, 8 electrons of readout noise, 60000 electrons
 * of full well, a bias of 1000 counts. The spot (sigma 60 by 45 pixels) wanders by some 12 pixels within seconds; with gain 1
 * it saturates at about 40 ms of exposure.
 *
 * Settings and triggers go over a simulated serial line in SCPI; pixels come by a link of their own, as from a real camera.
 */
export class SimulatedCamera extends ScpiInstrument {
  readonly #model: CameraModel;
  readonly #clock: Clock;
  /** By rate: the frames that somebody reads. */
  readonly #live = new Map<number, SharedStream<NdArray<Uint16Array>>>();

  constructor(options: SimulationOptions = {}) {
    const model = new CameraModel(seedOf(options));
    super(simulatedLine('camera', model, options));
    this.#model = model;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Exposure of the frames to come, in ms, from 0.1 to 1000. After a reset 20.
   * @throws RangeError when it is set to anything else.
   */
  get exposure(): Promise<number> {
    return this.queryNumber('EXPO?');
  }

  set exposure(exposure: number) {
    if (!(exposure >= EXPOSURES.low && exposure <= EXPOSURES.high)) {
      throw new RangeError(
        `exposure must be from ${EXPOSURES.low} to ${EXPOSURES.high} ms, not ${String(exposure)}`,
      );
    }
    this._finish(this.command(`EXPO ${exposure}`));
  }

  /**
   * Gain of the frames to come, in counts per electron, from 0.25 to 8. After a reset 1.
   * @throws RangeError when it is set to anything else.
   */
  get gain(): Promise<number> {
    return this.queryNumber('GAIN?');
  }

  set gain(gain: number) {
    if (!(gain >= GAINS.low && gain <= GAINS.high)) {
      throw new RangeError(`gain must be from ${GAINS.low} to ${GAINS.high}, not ${String(gain)}`);
    }
    this._finish(this.command(`GAIN ${gain}`));
  }

  /** Takes one frame: counts, uint16, shape [1024, 1024] (y, x). Takes the exposure and 8 ms of readout. */
  snap(): Promise<NdArray<Uint16Array>> {
    return this.#snap(callContext().alloc);
  }

  /**
   * One frame after the other, each as `snap` gives it, until you leave. Long exposures make it slower. All who read at the
   * same rate get the same frames, which are taken once.
   * @param rate frames per second, up to 50.
   * @throws RangeError if `rate` is outside.
   */
  frames(rate: number = 20): AsyncIterable<NdArray<Uint16Array>> {
    if (!(rate > 0 && rate <= FASTEST))
      throw new RangeError(`rate must be above 0 and at most ${FASTEST}, not ${String(rate)}`);
    let live = this.#live.get(rate);
    if (live === undefined) this.#live.set(rate, (live = shared((given) => this.#run(rate, given))));
    return live;
  }

  async *#run(rate: number, { alloc, signal }: SharedSource): AsyncGenerator<NdArray<Uint16Array>> {
    try {
      yield* paced(this.#clock, 1000 / rate, signal, () => this.#snap(alloc));
    } finally {
      this.#live.delete(rate);
    }
  }

  /** The pixels go straight to where their reader finds them. */
  async #snap(alloc: Allocate): Promise<NdArray<Uint16Array>> {
    const number = await this.queryNumber('TRIG?', { timeout: EXPOSURES.high + 2000 });
    const frame = alloc([SIZE, SIZE], 'uint16');
    this.#model.fetch(number, frame.data);
    return frame;
  }
}
