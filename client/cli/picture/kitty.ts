// Pictures by kitty's graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol/): kitty, Ghostty, Konsole.
import type { ColourDepth, Drawer, Size } from './drawer';
import { palettePng } from './palette-png';

/** "Chunks no larger than 4096 bytes" of base64. */
const CHUNK = 4096;
const MOST = 720;

/** Draws with kitty's protocol; the terminal scales. */
export function kitty(cell: Size, depth: ColourDepth): Drawer {
  // Ids are the terminal's, not the program's: another program's picture is not to be replaced.
  const first = (process.pid & 0xffff) << 8;
  let drawn = 0;
  let shown: number | undefined;
  const clear = (): string => {
    const gone = shown === undefined ? '' : `\u001B_Ga=d,d=I,i=${shown},q=2\u001B\\`;
    shown = undefined;
    return gone;
  };
  return {
    depth,
    cell,
    most: MOST,
    scales: true,
    draw(picture, { cells, fills }) {
      const id = first + (++drawn & 0xff);
      const side = fills === 'columns' ? `c=${cells.columns}` : `r=${cells.rows}`;
      // The new picture covers the old one before that goes: nothing flickers.
      const escape = transmit(palettePng(picture), `a=T,f=100,i=${id},${side},C=1,q=2`) + clear();
      shown = id;
      return [{ rows: cells.rows, escape }];
    },
    clear,
  };
}

/** A payload in chunks, the keys with the first. */
export function transmit(payload: Buffer, keys: string): string {
  const text = payload.toString('base64');
  let escapes = '';
  for (let at = 0; at < text.length; at += CHUNK) {
    const more = at + CHUNK < text.length ? 1 : 0;
    escapes += `\u001B_G${at === 0 ? `${keys},` : ''}m=${more};${text.slice(at, at + CHUNK)}\u001B\\`;
  }
  return escapes;
}
