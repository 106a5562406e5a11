// What every way of drawing a picture has: the size of a cell, rows of a page, an end.
import type { PageRow } from '../live-screen';
import type { Picture } from './colormap';

/** Columns and rows of a terminal. */
export interface Cells {
  readonly columns: number;
  readonly rows: number;
}

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Bits of colour, as `tty.WriteStream.getColorDepth` tells them; with fewer than 8 there are shades of characters. */
export type ColourDepth = 24 | 8 | 1;

/** How large a picture is drawn. */
export interface Fit {
  /** The pixels to draw. */
  readonly pixels: Size;
  /** What they cover. */
  readonly cells: Cells;
  /** Which of the two they fill exactly. */
  readonly fills: keyof Cells;
}

/** A way of drawing pictures on a terminal. */
export interface Drawer {
  /** Bits of colour that text has beside it. */
  readonly depth: ColourDepth;
  /** Pixels of a cell. */
  readonly cell: Size;
  /** Pixels that are sent at most, along the longer side. */
  readonly most: number;
  /** Whether the terminal makes a picture as large as its cells; else a pixel is a pixel. */
  readonly scales: boolean;
  /** The rows of a page that show the picture. */
  draw(picture: Picture, fit: Fit): readonly PageRow[];
  /** What takes away the last picture, where clearing the screen doesn't. */
  clear(): string;
}

/** The largest size of an image in a room of cells, its sides in proportion. */
export function fitIn(
  image: Size,
  room: Cells,
  { cell, most, scales }: Pick<Drawer, 'cell' | 'most' | 'scales'>,
): Fit {
  const [width, height] = [room.columns * cell.width, room.rows * cell.height];
  const [across, down] = [width / image.width, height / image.height];
  const scale = scales ? Math.min(across, down) : Math.min(across, down, most / longer(image));
  const shown = times(image, scale);
  const sent = times(image, Math.min(scale, most / longer(image)));
  const cells = {
    columns: Math.min(room.columns, Math.ceil(shown.width / cell.width)),
    rows: Math.min(room.rows, Math.ceil(shown.height / cell.height)),
  };
  return { pixels: sent, cells, fills: across < down ? 'columns' : 'rows' };
}

function longer({ width, height }: Size): number {
  return Math.max(width, height);
}

function times({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
