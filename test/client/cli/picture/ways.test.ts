import { PNG } from 'pngjs';
import { colourBar } from '../../../../client/cli/picture/colour-bar';
import { colourOf, NO_VALUE, type Picture } from '../../../../client/cli/picture/colormap';
import { fitIn, type Drawer, type Fit } from '../../../../client/cli/picture/drawer';
import { halfBlocks } from '../../../../client/cli/picture/half-blocks';
import { iterm } from '../../../../client/cli/picture/iterm';
import { kitty, transmit } from '../../../../client/cli/picture/kitty';
import { palettePng } from '../../../../client/cli/picture/palette-png';
import { sixel, sixels } from '../../../../client/cli/picture/sixel';
import { PLAIN } from '../../../../client/cli/paint';
import { textWidth } from '../../../../client/cli/text-width';

const ESC = '\u001B';
const cell = { width: 10, height: 20 };
const fit: Fit = { pixels: { width: 3, height: 2 }, cells: { columns: 3, rows: 1 }, fills: 'rows' };

/** The upper left is dark, the lower right bright: a picture on its head or mirrored would be seen. */
const picture: Picture = { width: 3, height: 2, pixels: Uint8Array.of(0, 0, 127, 127, NO_VALUE, 254) };
const COLOURS = [...picture.pixels].map(colourOf);

function escapeOf(drawer: Drawer, drawn = picture): string {
  const [row] = drawer.draw(drawn, fit);
  if (row === undefined || typeof row === 'string') throw new Error('no graphic');
  return row.escape;
}

/** The colours of a PNG. */
function decoded(file: Buffer): readonly (readonly number[])[] {
  const { width, height, data } = PNG.sync.read(file);
  expect([width, height]).toEqual([3, 2]);
  return Array.from({ length: 6 }, (_, at) => [...data.subarray(4 * at, 4 * at + 3)]);
}

describe('the size of a picture', () => {
  const scaling = { cell, most: 100, scales: true };

  test('it fills the room in one direction, its sides in proportion', () => {
    expect(
      fitIn({ width: 1024, height: 1024 }, { columns: 80, rows: 20 }, { ...scaling, most: 1000 }),
    ).toEqual({
      pixels: { width: 400, height: 400 },
      cells: { columns: 40, rows: 20 },
      fills: 'rows',
    });
    expect(fitIn({ width: 640, height: 64 }, { columns: 80, rows: 20 }, { ...scaling, most: 1000 })).toEqual({
      pixels: { width: 800, height: 80 },
      cells: { columns: 80, rows: 4 },
      fills: 'columns',
    });
  });

  test('where the terminal scales, fewer pixels are sent for the same cells; elsewhere it is smaller', () => {
    const room = { columns: 80, rows: 20 };
    const scaled = fitIn({ width: 500, height: 500 }, room, scaling);
    expect(scaled).toMatchObject({ pixels: { width: 100, height: 100 }, cells: { columns: 40, rows: 20 } });
    const small = fitIn({ width: 500, height: 500 }, room, { ...scaling, scales: false });
    expect(small).toMatchObject({ pixels: { width: 100, height: 100 }, cells: { columns: 10, rows: 5 } });
  });

  test('the thinnest picture has a pixel, and never more cells than there are', () => {
    for (const size of [
      { width: 1, height: 100_000 },
      { width: 100_000, height: 1 },
    ]) {
      const { pixels, cells } = fitIn(size, { columns: 7, rows: 3 }, scaling);
      expect(Math.min(pixels.width, pixels.height, cells.columns, cells.rows)).toBeGreaterThanOrEqual(1);
      expect(cells.columns).toBeLessThanOrEqual(7);
      expect(cells.rows).toBeLessThanOrEqual(3);
    }
  });
});

describe('half blocks', () => {
  test('two pixels share a cell: the upper in the foreground; colours are set where they change', () => {
    expect(halfBlocks(24).draw(picture, fit)).toEqual([
      `${ESC}[38;2;68;1;84;48;2;33;145;140m▀${ESC}[48;2;128;128;128m▀` +
        `${ESC}[38;2;33;145;140;48;2;253;231;37m▀${ESC}[0m`,
    ]);
  });

  test('with 256 colours each is the nearest of the cube and the greys', () => {
    expect(
      halfBlocks(8).draw({ width: 2, height: 2, pixels: Uint8Array.of(0, 254, NO_VALUE, 254) }, fit),
    ).toEqual([`${ESC}[38;5;53;48;5;244m▀${ESC}[38;5;220;48;5;220m▀${ESC}[0m`]);
  });

  test('an odd last row leaves the background as it is', () => {
    const [line] = halfBlocks(24).draw({ width: 1, height: 1, pixels: Uint8Array.of(0) }, fit);
    expect(line).toBe(`${ESC}[49m${ESC}[38;2;68;1;84m▀${ESC}[0m`);
  });

  test('without colours there are shades', () => {
    const pixels = Uint8Array.of(0, 127, 254, 0, 127, NO_VALUE);
    expect(halfBlocks(1).draw({ width: 3, height: 2, pixels }, fit)).toEqual([' +@']);
  });

  test('the bar beneath tells the levels, in colours or shades, as wide as there is room', () => {
    expect(colourBar({ low: 1003.4, high: 41234 }, 24, PLAIN, 1)).toBe(' 1000   ::=++##@@ 41200');
    expect(textWidth(colourBar({ low: 0, high: 1 }, 200, PLAIN, 24))).toBe(45);
    expect(textWidth(colourBar({ low: 0, high: 1 }, 5, PLAIN, 24))).toBeLessThanOrEqual(6);
  });
});

describe('terminals with pictures of their own', () => {
  test('the PNG that is sent has the colours of the picture, the right way up', () => {
    expect(decoded(palettePng(picture))).toEqual(COLOURS);
  });

  test("kitty's: a PNG over so many rows, the cursor unmoved, no answer wanted", () => {
    const [, keys, payload] = /^\u001B_G([^;]*);([^\u001B]*)\u001B\\$/.exec(escapeOf(kitty(cell, 24))) ?? [];
    expect(keys).toMatch(/^a=T,f=100,i=\d+,r=1,C=1,q=2,m=0$/);
    expect(decoded(Buffer.from(payload ?? '', 'base64'))).toEqual(COLOURS);
  });

  test("kitty's: long payloads go in chunks of 4096 characters", () => {
    const payload = Buffer.alloc(4000, 'x');
    const chunks = transmit(payload, 'a=T').split(`${ESC}\\`).slice(0, -1);
    expect(chunks.map((chunk) => chunk.split(';')[0])).toEqual([`${ESC}_Ga=T,m=1`, `${ESC}_Gm=0`]);
    const texts = chunks.map((chunk) => chunk.split(';')[1] ?? '');
    expect(texts[0]).toHaveLength(4096);
    expect(Buffer.from(texts.join(''), 'base64')).toEqual(payload);
  });

  test("kitty's: the picture before is deleted after the new one covers it, the last one at the end", () => {
    const drawer = kitty(cell, 24);
    const idOf = (escape: string): string => /i=(\d+)/.exec(escape)?.[1] ?? '';
    const first = idOf(escapeOf(drawer));
    const second = escapeOf(drawer);
    expect(second).toMatch(new RegExp(`\\u001B_Ga=d,d=I,i=${first},q=2\\u001B\\\\$`));
    expect(idOf(second)).not.toBe(first);
    expect(drawer.clear()).toBe(`${ESC}_Ga=d,d=I,i=${idOf(second)},q=2${ESC}\\`);
    expect(drawer.clear()).toBe('');
  });

  test("iTerm2's: a file with its size, as many cells as it covers", () => {
    const [, size, file] =
      /^\u001B\]1337;File=inline=1;size=(\d+);width=3;height=1;preserveAspectRatio=1:(.*)\u0007$/.exec(
        escapeOf(iterm(cell, 24)),
      ) ?? [];
    const bytes = Buffer.from(file ?? '', 'base64');
    expect(bytes).toHaveLength(Number(size));
    expect(decoded(bytes)).toEqual(COLOURS);
  });

  test('sixels: exact for a picture of two pixels', () => {
    const text = sixels({ width: 2, height: 2, pixels: Uint8Array.of(0, 254, 0, 0) });
    expect(text.slice(0, 13)).toBe(`${ESC}P0;1q"1;1;2;2`.slice(0, 13));
    expect(text).toContain('#0;2;27;0;33#');
    // Register 0: both pixels of the first column, the lower of the second. Register 126: the upper of the second.
    expect(text.endsWith(`#0BA$#126?@${ESC}\\`)).toBe(true);
  });

  test('sixels: what a terminal reads of them is the picture, the right way up, in every band', () => {
    const width = 23;
    const height = 14;
    const pixels = Uint8Array.from({ length: width * height }, (_, at) => (at * 7) % 256);
    const shown = readSixels(escapeOf(sixel(cell, 24), { width, height, pixels }));
    expect(shown.size).toEqual([width, height]);
    for (let at = 0; at < pixels.length; at++) {
      const wanted = colourOf(pixels[at] ?? 0);
      const found = shown.colours[at] ?? [];
      // Registers are half of the palette, their colours in percent.
      wanted.forEach((one, channel) =>
        expect(Math.abs(one - (found[channel] ?? -99))).toBeLessThanOrEqual(5),
      );
    }
  });

  test('sixels: repeated pixels are counted', () => {
    const text = sixels({ width: 100, height: 6, pixels: new Uint8Array(600) });
    expect(text.endsWith(`#0!100~${ESC}\\`)).toBe(true);
  });
});

/** Reads sixels as chapter 14 of the VT330/VT340 manual has them. */
function readSixels(text: string): { size: number[]; colours: number[][] } {
  const [, body = ''] = /^\u001BP0;1q([^\u001B]*)\u001B\\$/.exec(text) ?? [];
  const [, w, h] = /^"1;1;(\d+);(\d+)/.exec(body) ?? [];
  const [width, height] = [Number(w), Number(h)];
  const registers = new Map<number, number[]>();
  const colours: number[][] = [];
  let [x, top, colour] = [0, 0, [] as number[]];
  const rest = body.slice(`"1;1;${w};${h}`.length);
  for (const [all, define, choose, count, sign] of rest.matchAll(
    /#(\d+;2;\d+;\d+;\d+)|#(\d+)|(?:!(\d+))?([?-~])|[$-]/g,
  )) {
    if (define !== undefined) {
      const [register = 0, , ...percent] = define.split(';').map(Number);
      registers.set(
        register,
        percent.map((one) => Math.round((one * 255) / 100)),
      );
    } else if (choose !== undefined) colour = registers.get(Number(choose)) ?? [];
    else if (sign !== undefined) {
      for (let left = Number(count ?? 1); left > 0; left--, x++) {
        for (let bit = 0; bit < 6; bit++)
          if ((sign.charCodeAt(0) - 0x3f) & (1 << bit)) colours[(top + bit) * width + x] = colour;
      }
    } else {
      x = 0;
      if (all === '-') top += 6;
    }
  }
  return { size: [width, height], colours };
}
