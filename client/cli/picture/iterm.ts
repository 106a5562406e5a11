// Pictures by iTerm2's inline images (https://iterm2.com/documentation-images.html): iTerm2, WezTerm, mintty.
import type { ColourDepth, Drawer, Size } from './drawer';
import { palettePng } from './palette-png';

const MOST = 720;

/** Draws with iTerm2's protocol; the terminal scales. */
export function iterm(cell: Size, depth: ColourDepth): Drawer {
  return {
    depth,
    cell,
    most: MOST,
    scales: true,
    draw(picture, { cells: { columns, rows } }) {
      const file = palettePng(picture);
      const keys = `inline=1;size=${file.length};width=${columns};height=${rows};preserveAspectRatio=1`;
      return [{ rows, escape: `\u001B]1337;File=${keys}:${file.toString('base64')}\u0007` }];
    },
    clear: () => '',
  };
}
