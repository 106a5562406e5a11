// Reads the tables of docs/PROTOCOL.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The whole text. */
export const TEXT = readFileSync(join(__dirname, '../../docs/PROTOCOL.md'), 'utf8');

/** One row, by the names of its columns. */
export type Row = Readonly<Record<string, string>>;

/** The table whose header has exactly these columns. */
export function table(...columns: string[]): Row[] {
  const lines = TEXT.split('\n');
  const header = `| ${columns.join(' | ')} |`;
  const start = lines.indexOf(header);
  if (start < 0) throw new Error(`PROTOCOL.md has no table ${header}`);
  if (lines.indexOf(header, start + 1) > 0) throw new Error(`PROTOCOL.md has two tables ${header}`);
  const rows: Row[] = [];
  for (let at = start + 2; lines[at]?.startsWith('|') === true; at++) {
    const cells = (lines[at] as string).slice(1, -1).split('|');
    if (cells.length !== columns.length) throw new Error(`a row of ${cells.length} cells: ${lines[at]}`);
    rows.push(Object.fromEntries(columns.map((name, index) => [name, (cells[index] as string).trim()])));
  }
  return rows;
}

/** Two columns of a table as a record; the second is a number. */
export function numbers(rows: readonly Row[], name: string, value: string): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row[name] as string, Number(row[value])]));
}
