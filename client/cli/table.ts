// Tables for people: columns as wide as they need, the last one cut to the terminal's width.
import type { Colour } from './paint';
import { cut, pad, textWidth } from './text-width';

/** A cell: a text, or one with a colour, which takes no room. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

/** How a table looks. */
export interface TableOptions {
  /** Columns of the terminal; `Infinity` cuts nothing. */
  readonly width: number;
  /** Above the columns. */
  readonly head?: readonly string[];
  readonly headColour?: Colour;
  /** Columns whose text stands to the right: numbers. */
  readonly right?: ReadonlySet<number>;
  /** In front of every line. */
  readonly indent?: string;
}

const GAP = '  ';
/** The last column is never cut to less. */
const LEAST = 12;

/** The lines of a table. Line ends within cells become spaces. */
export function table(rows: readonly (readonly Cell[])[], options: TableOptions): string[] {
  const { width, head, headColour = same, right = new Set<number>(), indent = '' } = options;
  const all = head === undefined ? rows : [head.map((text) => ({ text, colour: headColour })), ...rows];
  const columns = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...all.map((row) => textWidth(textOf(row[column])))),
  );
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, indent.length);
  const last = columns - 1;
  widths[last] = Math.min(widths[last] ?? 0, Math.max(LEAST, width - before));
  return all.map((row) => indent + line(row, widths, right).trimEnd());
}

function line(row: readonly Cell[], widths: readonly number[], right: ReadonlySet<number>): string {
  return widths
    .map((width, column) => {
      const cell = row[column];
      const text = cut(textOf(cell), width);
      const fill = pad(text, width, right.has(column) ? 'right' : 'left');
      return typeof cell === 'object' ? fill.replace(text, () => cell.colour(text)) : fill;
    })
    .join(GAP);
}

function textOf(cell: Cell | undefined): string {
  const text = typeof cell === 'object' ? cell.text : (cell ?? '');
  return text.replace(/\s*\n\s*/g, ' ');
}

function same(text: string): string {
  return text;
}
