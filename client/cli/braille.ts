// Lines of braille dots through points, as text.

/** A point: `x` from 0 (left) to 1 (right). A value that isn't finite leaves a gap. */
export interface Point {
  readonly x: number;
  readonly value: number;
}

/** Where dots are drawn. */
export interface BrailleBox {
  readonly columns: number;
  readonly rows: number;
  /** The values of the lower and the upper edge. */
  readonly low: number;
  readonly high: number;
}

type Dot = (x: number, y: number) => void;

/** Dots of a braille sign, by row and column (Unicode 15, section 21.1). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BLANK = 0x2800;

/** The dots of the points, neighbours joined by lines, one text per row. */
export function brailleLines(points: Iterable<Point>, { columns, rows, low, high }: BrailleBox): string[] {
  const cells = Array.from({ length: rows }, () => new Uint8Array(columns));
  const [right, bottom] = [columns * 2 - 1, rows * 4 - 1];
  const dot: Dot = (x, y) => {
    const line = cells[y >> 2];
    if (line !== undefined && x >= 0 && x <= right)
      line[x >> 1] = (line[x >> 1] ?? 0) | (DOTS[y & 3]?.[x & 1] ?? 0);
  };
  let before: readonly [number, number] | undefined;
  for (const { x: part, value } of points) {
    if (!Number.isFinite(value)) {
      before = undefined;
      continue;
    }
    const x = Math.round(part * right);
    const y = Math.round(((high - value) / (high - low)) * bottom);
    if (before === undefined) dot(x, y);
    else line(before, [x, y], dot);
    before = [x, y];
  }
  return cells.map((row) => String.fromCodePoint(...Array.from(row, (bits) => BLANK + bits)));
}

/** Bresenham's line. */
function line(
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  dot: Dot,
): void {
  const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY), 1);
  for (let step = 0; step <= steps; step++) {
    dot(
      Math.round(fromX + ((toX - fromX) * step) / steps),
      Math.round(fromY + ((toY - fromY) * step) / steps),
    );
  }
}
