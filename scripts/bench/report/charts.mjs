// A section as a drawing: bars with their figures at their ends, or curves over sizes with their names at theirs.
import { captionOf } from './section-table.mjs';
import { number } from './numbers.mjs';
import { placementTitle } from './report.mjs';
import { bar, curve, line, svg, text } from './svg.mjs';

const WIDTH = 860;
const NAMES = 300;
const FIGURES = 130;
const ROW = 22;
const HEAD = 34;
const CLASS = { samebox: 'own', peer: 'peer', floor: 'floor' };

/** Bars of one column: a panel for each placement, in scales of their own. */
export function barChart(section, results) {
  const column = section.columns.find(({ key }) => key === section.chart);
  const panels = results.map((result) => ({
    caption: captionOf(result, placementTitle(result.placement)),
    rows: result.rows.filter(({ figures }) => figures[column.key] !== undefined),
  }));
  const height = panels.reduce((sum, { rows }) => sum + HEAD + rows.length * ROW, 10);
  const parts = [];
  let y = 0;
  for (const { caption, rows } of panels) {
    parts.push(text(8, y + 20, caption, 'head'));
    y += HEAD;
    const largest = Math.max(...rows.map(({ figures }) => figures[column.key].median));
    for (const { title, kind, figures } of rows) {
      const { median } = figures[column.key];
      const long = ((WIDTH - NAMES - FIGURES) * median) / largest;
      parts.push(
        text(NAMES - 10, y + 12, title, CLASS[kind], 'end'),
        bar(NAMES, y + 2, long, ROW - 8, CLASS[kind]),
        text(NAMES + Math.max(1, long) + 6, y + 12, `${number(median)} ${column.unit}`, CLASS[kind]),
      );
      y += ROW;
    }
  }
  return svg(
    WIDTH,
    height,
    { title: `${section.title}: ${column.head}`, description: inWords(panels, column) },
    parts,
  );
}

const inWords = (panels, { key, unit }) =>
  panels
    .map(({ caption, rows }) => {
      const figures = rows.map(
        ({ title, figures: { [key]: figure } }) => `${title} ${number(figure.median)} ${unit}`,
      );
      return `${caption}: ${figures.join(', ')}.`;
    })
    .join(' ');

const PLOT = { left: 70, right: 310, top: 40, bottom: 30, height: 340 };

/** Curves over the columns, both axes logarithmic: one drawing for one placement. */
export function curveChart(section, result) {
  const rows = result.rows.filter(({ figures }) => Object.keys(figures).length > 0);
  const medians = rows.flatMap(({ figures }) => Object.values(figures).map(({ median }) => median));
  const low = Math.floor(Math.log10(Math.min(...medians)));
  const high = Math.ceil(Math.log10(Math.max(...medians)));
  const sizes = section.columns.map(({ key }) => Math.log(Number(key)));
  const [first, last] = [sizes[0], sizes.at(-1)];
  const wide = WIDTH - PLOT.left - PLOT.right;
  const x = (size) => PLOT.left + ((Math.log(size) - first) / (last - first)) * wide;
  const y = (value) => PLOT.top + PLOT.height - ((Math.log10(value) - low) / (high - low)) * PLOT.height;

  const parts = [
    text(8, 20, `${captionOf(result, placementTitle(result.placement))}; ms, both axes logarithmic`, 'head'),
  ];
  for (let power = low; power <= high; power++)
    parts.push(
      line(PLOT.left, y(10 ** power), PLOT.left + wide, y(10 ** power)),
      text(PLOT.left - 8, y(10 ** power) + 4, String(10 ** power), 'quiet', 'end'),
    );
  for (const { key, head } of section.columns)
    parts.push(text(x(Number(key)), PLOT.top + PLOT.height + 20, head, 'quiet', 'middle'));
  const ends = [];
  for (const { title, kind, figures } of rows) {
    const points = section.columns
      .filter(({ key }) => figures[key])
      .map(({ key }) => [x(Number(key)), y(figures[key].median)]);
    parts.push(curve(points, CLASS[kind]));
    ends.push({ title, kind, at: points.at(-1) });
  }
  const margin = PLOT.left + wide + 18;
  for (const { title, kind, at, place } of apart(ends))
    parts.push(
      curve([at, [margin - 4, place - 4]], `${CLASS[kind]} leader`),
      text(margin, place, title, CLASS[kind]),
    );
  const description = inWordsOfCurves(rows, section.columns);
  return svg(WIDTH, PLOT.top + PLOT.height + PLOT.bottom, { title: section.title, description }, parts);
}

/** Names stand in the margin, in the order of the ends of their curves; those that would lie on each other are moved down. */
function apart(ends) {
  const sorted = [...ends].sort((one, other) => one.at[1] - other.at[1]);
  let free = -Infinity;
  return sorted.map((end) => {
    const place = Math.max(end.at[1] + 4, free);
    free = place + 15;
    return { ...end, place };
  });
}

const inWordsOfCurves = (rows, columns) =>
  rows
    .map(({ title, figures }) => {
      const known = columns.filter(({ key }) => figures[key] !== undefined);
      return `${title}: ${known.map(({ key, head }) => `${head} ${number(figures[key].median)} ms`).join(', ')}.`;
    })
    .join(' ');
