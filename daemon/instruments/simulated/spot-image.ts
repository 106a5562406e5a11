// How a camera sees a laser spot: counts of 1024x1024 pixels, in a few milliseconds.
import type { Noise } from './noise';

/** Rows and columns of a frame. */
export const SIZE = 1024;
/** The most that a pixel counts: 16 bits. */
export const SATURATION = 65_535;

/** What is in front of the camera during one exposure. Positions and widths in pixels. */
export interface Scene {
  readonly x: number;
  readonly y: number;
  readonly sigmaX: number;
  readonly sigmaY: number;
  /** Electrons in the brightest pixel, and in a pixel far off. */
  readonly peak: number;
  readonly stray: number;
  /** Counts per electron. */
  readonly gain: number;
}

/** Counts without light. */
const BIAS = 1000;
/** Standard deviation of the readout, in electrons. */
const READ_NOISE = 8;
/** Electrons that a pixel holds. */
const FULL_WELL = 60_000;
/** Numbers in a table of noise; a power of two. */
const TABLE = 2 ** 16;
/** How far the spot is drawn, in standard deviations: beyond, it is less than an electron. */
const REACH = 5;

/**
 * Draws frames. Gaussian numbers are made once, and every frame reads them from other places: a frame needs no more than a
 * table lookup for the dark pixels, and a square root for those in the spot.
 */
export class SpotImage {
  readonly #noise: Noise;
  readonly #gauss = new Float32Array(TABLE);
  readonly #dark = new Uint16Array(TABLE + SIZE);
  #darkOf = '';

  constructor(noise: Noise) {
    this.#noise = noise;
    for (let index = 0; index < TABLE; index += 1) this.#gauss[index] = noise.gauss();
  }

  /** One frame: `SIZE * SIZE` counts in C order (rows are y), drawn into `frame`. */
  draw(scene: Scene, frame: Uint16Array = new Uint16Array(SIZE * SIZE)): Uint16Array {
    const dark = this.#darkFor(scene.stray, scene.gain);
    for (let row = 0; row < SIZE; row += 1) {
      const from = this.#noise.below(TABLE);
      frame.set(dark.subarray(from, from + SIZE), row * SIZE);
    }
    this.#drawSpot(frame, scene);
    return frame;
  }

  #drawSpot(frame: Uint16Array, { x, y, sigmaX, sigmaY, peak, stray, gain }: Scene): void {
    const [left, right] = span(x, sigmaX);
    const [top, bottom] = span(y, sigmaY);
    const columns = new Float64Array(right - left);
    for (let column = left; column < right; column += 1) columns[column - left] = bell(column - x, sigmaX);
    const gauss = this.#gauss;
    for (let row = top; row < bottom; row += 1) {
      const height = peak * bell(row - y, sigmaY);
      const start = row * SIZE + left;
      let place = this.#noise.below(TABLE);
      for (let index = 0; index < columns.length; index += 1) {
        const electrons = stray + height * (columns[index] as number);
        place = (place + 1) & (TABLE - 1);
        frame[start + index] = counts(electrons, gauss[place] as number, gain);
      }
    }
  }

  /** Pixels without spot, with their noise. The end repeats the beginning, so that a row can start anywhere. */
  #darkFor(stray: number, gain: number): Uint16Array {
    const of = `${stray} ${gain}`;
    if (of !== this.#darkOf) {
      this.#darkOf = of;
      for (let index = 0; index < TABLE; index += 1) {
        this.#dark[index] = counts(stray, this.#gauss[index] as number, gain);
      }
      this.#dark.copyWithin(TABLE, 0, SIZE);
    }
    return this.#dark;
  }
}

/** Shot noise and readout together, cut at the full well and at 16 bits. */
function counts(electrons: number, gauss: number, gain: number): number {
  const seen = electrons + gauss * Math.sqrt(electrons + READ_NOISE * READ_NOISE);
  const value = BIAS + gain * (seen > FULL_WELL ? FULL_WELL : seen);
  return value > SATURATION ? SATURATION : value < 0 ? 0 : value;
}

function bell(distance: number, sigma: number): number {
  return Math.exp((-distance * distance) / (2 * sigma * sigma));
}

function span(center: number, sigma: number): readonly [number, number] {
  const clip = (pixel: number): number => Math.min(SIZE, Math.max(0, pixel));
  return [clip(Math.floor(center - REACH * sigma)), clip(Math.ceil(center + REACH * sigma))];
}
