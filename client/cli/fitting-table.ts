// Tables with columns that leave where the terminal is too narrow for all.
import { table, type Cell, type TableOptions } from './table';
import { textWidth } from './text-width';

/** A column of rows of type `R`. */
export interface Column<R> {
  readonly head: string;
  readonly cell: (row: R) => Cell;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** Where it is narrow the column with the lowest number leaves first; one without never does. */
  readonly leaves?: number;
}

/** The lines of a table of those columns that have room. */
export function fittingTable<R>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  options: Pick<TableOptions, 'width' | 'headColour' | 'indent'>,
): string[] {
  const order = columns.filter(({ leaves }) => leaves !== undefined);
  order.sort((one, other) => (one.leaves ?? 0) - (other.leaves ?? 0));
  let left = [...columns];
  for (;;) {
    const cells = rows.map((row) => left.map(({ cell }) => cell(row)));
    const right = new Set(left.flatMap(({ right: numbers }, at) => (numbers === true ? [at] : [])));
    const shown = { ...options, head: left.map(({ head }) => head), right };
    const widest = Math.max(...table(cells, { ...shown, width: Infinity }).map(textWidth));
    const leaving = widest > options.width ? order.shift() : undefined;
    if (leaving === undefined) return table(cells, shown);
    left = left.filter((column) => column !== leaving);
  }
}
