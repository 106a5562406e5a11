// PNG files of arrays: grey with 8 or 16 bits, or colours.
import type * as Pngjs from 'pngjs';
import { SameboxError } from '../../../src/errors';
import { realsOf, type AnyArray, type Reals } from '../array-of';

/** How numbers became grey, where they are not the pixels themselves. */
export interface GreyScale {
  /** The number that is black, the least. */
  readonly black: number;
  /** The number that is white, the greatest. */
  readonly white: number;
  /** Elements that are NaN; they are black. */
  readonly nan: number;
}

/** A PNG file and how it was made. */
export interface PngFile {
  readonly bytes: Uint8Array;
  readonly scale?: GreyScale;
}

interface Pixels {
  readonly data: Uint8Array | Uint16Array;
  readonly bitDepth: 8 | 16;
  /** Colour type of the PNG specification, section 11.2.2: 0 grey, 2 RGB, 6 RGBA. */
  readonly colorType: 0 | 2 | 6;
}

const WHITE = 0xffff;
/** On noisy frames a higher level takes three times as long for 2 % less. */
const DEFLATE_LEVEL = 4;

/**
 * The PNG of an array. uint8 and uint16 of shape (h, w) are the pixels as they are; uint8 of shape (h, w, 3) or (h, w, 4) is
 * RGB or RGBA; other real numbers of shape (h, w) are scaled linearly to 16 bits, the least black, the greatest white.
 * @throws SameboxError `INVALID_ARGUMENT` for a shape or an element type that is no picture.
 */
export function pngFile(array: AnyArray): PngFile {
  const { shape } = array;
  const [height = 0, width = 0, channels = 1] = shape;
  const coloured = shape.length === 3 && array.dtype === 'uint8' && (channels === 3 || channels === 4);
  if ((shape.length !== 2 && !coloured) || height * width === 0) throw noPicture(array);
  if (array.dtype.startsWith('complex')) throw noPicture(array);
  const { scale, ...pixels } = pixelsOf(array, coloured ? channels : 1);
  const bytes = encode(width, height, pixels);
  return scale === undefined ? { bytes } : { bytes, scale };
}

function pixelsOf(array: AnyArray, channels: number): Pixels & { scale?: GreyScale } {
  const { dtype, elements } = array;
  const colorType = channels === 4 ? 6 : channels === 3 ? 2 : 0;
  if (dtype === 'uint8') return { data: Uint8Array.from(elements as Uint8Array), bitDepth: 8, colorType };
  if (dtype === 'uint16') return { data: Uint16Array.from(elements as Uint16Array), bitDepth: 16, colorType };
  const numbers = realsOf(array);
  const scale = greyScale(numbers);
  const factor = scale.white > scale.black ? WHITE / (scale.white - scale.black) : 0;
  // A typed array stores NaN as 0; infinities become the nearer end.
  const grey = (one: number): number =>
    Math.round(Math.min(WHITE, Math.max(0, (one - scale.black) * factor)));
  return { data: Uint16Array.from(numbers, grey), bitDepth: 16, colorType, scale };
}

/** The extremes of the finite numbers. */
function greyScale(numbers: Reals): GreyScale {
  let [black, white, nan] = [Infinity, -Infinity, 0];
  for (const one of numbers) {
    if (Number.isNaN(one)) nan++;
    else if (Number.isFinite(one)) {
      if (one < black) black = one;
      if (one > white) white = one;
    }
  }
  return black > white ? { black: 0, white: 0, nan } : { black, white, nan };
}

function encode(width: number, height: number, { data, bitDepth, colorType }: Pixels): Buffer {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a PNG needs it
  const { PNG } = require('pngjs') as typeof Pngjs;
  const options = {
    bitDepth,
    colorType,
    inputColorType: colorType,
    inputHasAlpha: colorType === 6,
    deflateLevel: DEFLATE_LEVEL,
  } as const;
  // pngjs reads 16 bits from the start of the buffer beneath: `data` has one of its own.
  const png = Object.assign(new PNG(), { width, height, data: Buffer.from(data.buffer) });
  return PNG.sync.write(png, options);
}

function noPicture({ dtype, shape }: AnyArray): Error {
  const message = `A .png needs real numbers of shape (height, width), or uint8 of shape (height, width, 3); this is ${dtype} of shape (${shape.join(', ')}). A .npy takes every array.`;
  return new SameboxError('INVALID_ARGUMENT', message, { ran: 'yes' });
}
