// Pictures of characters: two pixels in a cell as an upper half block, or shades where there is no colour.
import { BRIGHTEST, colourOf, NO_VALUE, type Picture } from './colormap';
import type { ColourDepth, Drawer } from './drawer';

const UPPER_HALF = '\u2580';
const RESET = '\u001B[0m';
const NO_BACKGROUND = '\u001B[49m';
const SHADES = [...' .:-=+*#%@'];
/** Levels of the colour cube of 256-colour terminals (xterm, `256colres.h`): 16 + 36 red + 6 green + blue. */
const CUBE = [0, 95, 135, 175, 215, 255];

/** Draws with characters; works everywhere. */
export function halfBlocks(depth: ColourDepth): Drawer {
  return {
    depth,
    cell: { width: 1, height: 2 },
    most: 1000,
    scales: true,
    draw: (picture) => (depth === 1 ? shadeLines(picture) : blockLines(picture, depth)),
    clear: () => '',
  };
}

/** A colour as the parameters of SGR 38 and 48 (ISO 8613-6). */
export function sgrColour(index: number, depth: 24 | 8): string {
  return (depth === 24 ? DIRECT : INDEXED)[index] as string;
}

/** A sign as bright as the pixel. */
export function shade(index: number): string {
  if (index === NO_VALUE) return ' ';
  return SHADES[Math.min(SHADES.length - 1, Math.floor((index * SHADES.length) / BRIGHTEST))] as string;
}

const indexes = Array.from({ length: 256 }, (_, index) => index);
const DIRECT = indexes.map((index) => `2;${colourOf(index).join(';')}`);
const INDEXED = indexes.map((index) => `5;${nearest(colourOf(index))}`);

function blockLines({ width, height, pixels }: Picture, depth: 24 | 8): string[] {
  const lines: string[] = [];
  for (let top = 0; top < height; top += 2) {
    let line = '';
    let [ink, paper] = [-1, -1];
    const alone = top + 1 === height;
    if (alone) line += NO_BACKGROUND;
    for (let x = 0; x < width; x++) {
      const upper = pixels[top * width + x] as number;
      const lower = alone ? paper : (pixels[(top + 1) * width + x] as number);
      const changes: string[] = [];
      if (upper !== ink) changes.push(`38;${sgrColour(upper, depth)}`);
      if (lower !== paper) changes.push(`48;${sgrColour(lower, depth)}`);
      [ink, paper] = [upper, lower];
      line += changes.length === 0 ? UPPER_HALF : `\u001B[${changes.join(';')}m${UPPER_HALF}`;
    }
    lines.push(line + RESET);
  }
  return lines;
}

function shadeLines({ width, height, pixels }: Picture): string[] {
  return Array.from({ length: Math.ceil(height / 2) }, (_, row) => {
    const upper = pixels.subarray(2 * row * width, (2 * row + 1) * width);
    const lower = 2 * row + 1 < height ? pixels.subarray((2 * row + 1) * width) : upper;
    return Array.from(upper, (one, x) => shade(mean(one, lower[x] as number))).join('');
  });
}

function mean(one: number, other: number): number {
  if (one === NO_VALUE) return other;
  return other === NO_VALUE ? one : Math.round((one + other) / 2);
}

/** The nearest of the cube's colours and the 24 greys. */
function nearest([red, green, blue]: readonly [number, number, number]): number {
  const [r, g, b] = [red, green, blue].map(nearestStep) as [number, number, number];
  const grey = Math.min(23, Math.max(0, Math.round((red + green + blue - 24) / 30)));
  const away = (...colour: number[]): number =>
    [red, green, blue].reduce((sum, one, at) => sum + (one - (colour[at] as number)) ** 2, 0);
  const level = 8 + 10 * grey;
  const cube = [r, g, b].map((step) => CUBE[step] as number);
  return away(...cube) <= away(level, level, level) ? 16 + 36 * r + 6 * g + b : 232 + grey;
}

function nearestStep(value: number): number {
  let best = 0;
  CUBE.forEach((level, step) => {
    if (Math.abs(level - value) < Math.abs((CUBE[best] as number) - value)) best = step;
  });
  return best;
}
