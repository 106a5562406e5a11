// Pictures as sixels (VT330/VT340 Programmer Reference Manual, chapter 14): xterm, foot, Windows Terminal, VS Code.
import { BRIGHTEST, colourOf, NO_VALUE, type Picture } from './colormap';
import type { ColourDepth, Drawer, Size } from './drawer';

/** Colours that are used: half of the palette's, for terminals with few registers and for speed. */
const COLOURS = 128;
const BAND = 6;
/** A character for each of the 64 patterns of six pixels, from `?`, which is none, on; the lowest bit is the top. */
const SIGNS = Array.from({ length: 64 }, (_, bits) => String.fromCharCode(0x3f + bits));
/** A run of fewer is written out: `!3~` is no shorter. */
const LEAST_RUN = 4;
/** A pixel is a pixel: a picture is at most as large. */
const MOST = 800;

/** `#register;2;red;green;blue` in percent. */
const DEFINITIONS = Array.from({ length: COLOURS }, (_, register) => {
  const index = register === COLOURS - 1 ? NO_VALUE : Math.round((register * BRIGHTEST) / (COLOURS - 2));
  const percent = colourOf(index).map((one) => Math.round((one * 100) / 255));
  return `#${register};2;${percent.join(';')}`;
});
/** The register of each index. */
const REGISTERS = Uint8Array.from({ length: 256 }, (_, index) =>
  index === NO_VALUE ? COLOURS - 1 : Math.round((index * (COLOURS - 2)) / BRIGHTEST),
);

/** Draws with sixels, pixel by pixel. */
export function sixel(cell: Size, depth: ColourDepth): Drawer {
  return {
    depth,
    cell,
    most: MOST,
    scales: false,
    draw: (picture, { cells }) => [{ rows: cells.rows, escape: sixels(picture) }],
    clear: () => '',
  };
}

/** A picture as one device control string. Registers are redefined by each picture: nobody else's are relied on. */
export function sixels({ width, height, pixels }: Picture): string {
  const parts = [`\u001BP0;1q"1;1;${width};${height}`, ...DEFINITIONS];
  const layers = Array.from({ length: COLOURS }, () => new Uint8Array(width));
  for (let top = 0; top < height; top += BAND) {
    if (top > 0) parts.push('-');
    parts.push(band(pixels.subarray(top * width, (top + BAND) * width), width, layers));
  }
  parts.push('\u001B\\');
  return parts.join('');
}

/** Six rows: a layer for every colour in them, one over the other. Leaves `layers` empty. */
function band(pixels: Uint8Array, width: number, layers: readonly Uint8Array[]): string {
  const ends = new Int32Array(COLOURS);
  for (let at = 0, bit = 1; at < pixels.length; bit <<= 1) {
    for (let x = 0; x < width; x++, at++) {
      const register = REGISTERS[pixels[at] as number] as number;
      const layer = layers[register] as Uint8Array;
      layer[x] = (layer[x] as number) | bit;
      if (x >= (ends[register] as number)) ends[register] = x + 1;
    }
  }
  const lines: string[] = [];
  ends.forEach((end, register) => {
    if (end === 0) return;
    const layer = layers[register] as Uint8Array;
    lines.push(`#${register}${runs(layer, end)}`);
    layer.fill(0, 0, end);
  });
  return lines.join('$');
}

/** `!count` before a character that is repeated. */
function runs(layer: Uint8Array, length: number): string {
  let text = '';
  for (let at = 0; at < length;) {
    const bits = layer[at] as number;
    let end = at + 1;
    while (end < length && layer[end] === bits) end++;
    const sign = SIGNS[bits] as string;
    text += end - at < LEAST_RUN ? sign.repeat(end - at) : `!${end - at}${sign}`;
    at = end;
  }
  return text;
}
