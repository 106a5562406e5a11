// What people see: tables with bars.
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const BAR = 16;
const GAP = '   ';

const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
const sgr = (on, off) => (text) => (coloured && text.trim() !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text);
export const bold = sgr(1, 22);
const dim = sgr(2, 22);
const green = sgr(32, 39);
const red = sgr(31, 39);
const cyan = sgr(36, 39);

/** @param {import('./section-table.mjs').Table} table */
export function printTable({ caption, head, rows }) {
  console.log(dim(caption));
  const parts = ['value', 'spread', 'ratio'];
  const name = Math.max(...rows.map(({ title }) => title.length));
  const widths = head.slice(1).map((text, column) => {
    const of = parts.map((part) => Math.max(...rows.map(({ cells }) => cells[column][part].length)));
    of[0] = Math.max(of[0], text.length - of[1] - of[2] - 2);
    return of;
  });
  const heads = head.slice(1).map((text, column) => text.padStart(sum(widths[column]) + 2));
  console.log(dim([''.padEnd(name), ...heads].join(GAP)));
  for (const { kind, title, cells, bar } of rows) {
    const paint = kind === 'samebox' ? bold : kind === 'floor' ? dim : (text) => text;
    const shown = cells.map(({ value, spread, ratio }, column) => {
      const [first, second, third] = widths[column];
      return `${paint(value.padStart(first))} ${dim(spread.padStart(second))} ${paint(ratio.padStart(third))}`;
    });
    console.log([paint(title.padEnd(name)), ...shown, barOf(bar, kind)].join(GAP).trimEnd());
  }
}

/** @param {{ goal: string, measured: string, met: boolean | undefined }[]} goals */
export function printGoals(goals) {
  const width = Math.max(...goals.map(({ goal }) => goal.length));
  const measured = Math.max(...goals.map((one) => one.measured.length));
  for (const { goal, measured: figure, met } of goals) {
    const verdict = met === undefined ? dim('not measured') : met ? green('met') : red('not met');
    console.log(`${goal.padEnd(width)}${GAP}${figure.padStart(measured)}${GAP}${verdict}`);
  }
}

/** Rows of text, the first column to the left. */
export function printPlain(head, rows) {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = (line) =>
    line
      .map((one, column) => (column === 0 ? one.padEnd(widths[column]) : one.padStart(widths[column])))
      .join(GAP);
  console.log(dim(text(head)));
  for (const row of rows) console.log(text(row));
}

export function printHead(title, note) {
  console.log(`\n${bold(title)}`);
  if (note !== undefined)
    console.log(
      wrapped(note, Math.min(process.stdout.columns ?? 110, 110))
        .map(dim)
        .join('\n'),
    );
}

/** What is under way: on a terminal's last line, or with `verbose` a line each, with the time. */
export function progress(text, verbose) {
  if (verbose && text !== '') console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  else if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function barOf(part, kind) {
  if (part === undefined) return '';
  const eighths = Math.max(1, Math.round(part * BAR * 8));
  const text = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return kind === 'samebox' ? cyan(text) : dim(text);
}

function wrapped(text, width) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)}${lines.at(-1) === '' ? '' : ' '}${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
