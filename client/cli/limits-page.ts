// What `samebox status --limits` shows: every limit, how much of it is in use, by whom, and what it bounds.
import type { LimitStatus } from '../../src/status';
import { fittingTable, type Column } from './fitting-table';
import { bytes, duration } from './quantities';
import type { PageStyle } from './status-page';
import { wrap } from './text-width';

const INDENT = '  ';
/** A limit this full is worth a look. */
const NEARLY = 0.8;

/** The page's lines: a row for each limit, and beneath it what it bounds. */
export function limitsPage(
  limits: readonly LimitStatus[],
  { paint, width }: Omit<PageStyle, 'now'>,
): string[] {
  const columns: Column<LimitStatus>[] = [
    { head: 'LIMIT', cell: ({ name }) => ({ text: name, colour: paint.bold }) },
    { head: 'AT MOST', right: true, cell: ({ limit, means }) => amount(limit, means) },
    {
      head: 'IN USE',
      right: true,
      cell: ({ limit, use, means }) => {
        const text = use === undefined ? '-' : amount(use, means);
        return use !== undefined && use > limit * NEARLY ? { text, colour: paint.yellow } : text;
      },
    },
    { head: 'BY', cell: ({ of = '' }) => of },
  ];
  const [head = '', ...rows] = fittingTable(limits, columns, {
    width,
    headColour: paint.dim,
    indent: INDENT,
  });
  const meaning = ({ means }: LimitStatus): string[] =>
    wrap(means, width - 2 * INDENT.length).map((line) => INDENT + INDENT + paint.dim(line));
  return [head, ...limits.flatMap((limit, at) => [rows[at] ?? '', ...meaning(limit)])];
}

/** A meaning begins with what is counted. */
function amount(count: number, means: string): string {
  if (count === Infinity) return 'no limit';
  if (means.startsWith('bytes')) return bytes(count);
  if (means.startsWith('milliseconds')) return duration(count / 1000);
  return String(count);
}
