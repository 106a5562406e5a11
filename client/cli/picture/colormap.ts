// Numbers become colours: viridis from dark to bright, grey where there is no number.
import type { Image } from './image';
import type { Levels } from './levels';
import { VIRIDIS } from './viridis';

/** A picture of at most 256 colours. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** One index into `PALETTE` for each pixel, row by row from the top. */
  readonly pixels: Uint8Array;
}

/** The index of what is no number. */
export const NO_VALUE = 255;
/** The brightest index. */
export const BRIGHTEST = 254;
const GREY = [0x80, 0x80, 0x80];

/** Colours by index: red, green, blue. */
export const PALETTE: Uint8Array = Uint8Array.from({ length: 768 }, (_, at) => {
  const index = Math.floor(at / 3);
  if (index === NO_VALUE) return GREY[at % 3] as number;
  return VIRIDIS[Math.round((index * 255) / BRIGHTEST) * 3 + (at % 3)] as number;
});

/** Draws an image: `low` and what is below darkest, `high` and what is above brightest. */
export function coloured({ width, height, values }: Image, { low, high }: Levels): Picture {
  const factor = high > low ? BRIGHTEST / (high - low) : 0;
  const pixels = new Uint8Array(width * height);
  for (let at = 0; at < pixels.length; at++) {
    const level = ((values[at] as number) - low) * factor + 0.5;
    pixels[at] = level !== level ? NO_VALUE : level < 0 ? 0 : level > BRIGHTEST ? BRIGHTEST : level;
  }
  return { width, height, pixels };
}

/** The colour of an index. */
export function colourOf(index: number): readonly [red: number, green: number, blue: number] {
  return [PALETTE[index * 3] as number, PALETTE[index * 3 + 1] as number, PALETTE[index * 3 + 2] as number];
}
