// A measured section as a table: a row for each contender, and in each column figure, spread, and ratio to the base.
import { number, plusMinus, times } from './numbers.mjs';

const NOTHING = '–';

/**
 * @typedef {object} Table
 * @property {string} caption where it was measured.
 * @property {string[]} head
 * @property {{ kind: string, cells: { value: string, spread: string, ratio: string }[], bar?: number }[]} rows `bar`: 0 to 1.
 */

/** @returns {Table} */
export function sectionTable({ columns, chart, base }, { rows, caption, rounds }) {
  const largest = Math.max(...rows.map(({ figures }) => figures[chart]?.median ?? 0));
  return {
    caption,
    head: ['', ...columns.map(({ head, unit }) => `${head}, ${unit}`)],
    rows: rows.map(({ name, title, kind, figures, ratios }) => ({
      kind,
      title,
      cells: columns.map(({ key }) => cell(figures[key], name === base ? undefined : ratios[key], rounds)),
      bar: figures[chart] === undefined ? undefined : figures[chart].median / largest,
    })),
  };
}

function cell(figure, ratio, rounds) {
  if (figure === undefined) return { value: NOTHING, spread: '', ratio: '' };
  return {
    value: number(figure.median),
    spread: rounds > 1 ? plusMinus(figure) : '', // One round has none.
    ratio: ratio === undefined ? '' : times(ratio.median),
  };
}

/** `not pinned, cores awake (bare echo 13.1 us) · 7 rounds` */
export function captionOf({ placement, mode, echo, rounds }, title) {
  const woken = mode === undefined ? '' : `, cores ${mode} (bare echo ${echo.map(number).join(' and ')} us)`;
  return `${title}${woken} · ${rounds} round${rounds === 1 ? '' : 's'}`;
}
