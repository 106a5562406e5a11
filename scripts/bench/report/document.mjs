// docs/PERFORMANCE.md: what stands between its markers is written anew, and the charts beside it. The words around are its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { barChart, curveChart } from './charts.mjs';
import { machineText, placementTitle, READING } from './report.mjs';
import { captionOf, sectionTable } from './section-table.mjs';

const page = fileURLToPath(new URL('../../../docs/PERFORMANCE.md', import.meta.url));
const charts = fileURLToPath(new URL('../../../docs/performance/', import.meta.url));

/** Writes what was measured; sections that weren't keep what they had. */
export function writeDocument(result, sections) {
  mkdirSync(charts, { recursive: true });
  let document = readFileSync(page, 'utf8');
  const put = (name, lines) => (document = replaced(document, name, lines));
  put('run', runLines(result));
  const measured = new Set([...result.results, ...result.payloads].map(({ name }) => name));
  for (const section of sections)
    if (measured.has(section.name)) put(section.name, sectionLines(section, result));
  put('goals', goalLines(result.goals));
  writeFileSync(page, document);
}

/** @throws Error if the page has no place for it. */
export function replaced(document, name, lines) {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/PERFORMANCE.md has no ${begin} ... ${end}`);
  return `${document.slice(0, from + begin.length)}\n${lines.join('\n')}\n${document.slice(to)}`;
}

const runLines = ({ machine, command, date }) => [
  `Measured on ${date.slice(0, 10)} by \`${command}\`: ${machineText(machine)}, ${Math.round(machine.memory / 2 ** 30)} GiB.`,
  ...busyLines(machine),
  '',
  READING,
];

/** What is measured beside other work says little. */
const busyLines = ({ load, cores }) =>
  load > cores / 4 ? ['', '**The machine was busy with other work: take no figure below at its word.**'] : [];

function sectionLines(section, { results, payloads }) {
  const own = results.filter(({ name }) => name === section.name);
  const lines = ['', `### ${section.title}`, '', section.note, ''];
  for (const [name, drawing] of drawings(section, own)) {
    writeFileSync(`${charts}${name}.svg`, drawing);
    lines.push(`![${section.title}](performance/${name}.svg)`, '');
  }
  for (const result of own) {
    const table = sectionTable(section, {
      ...result,
      caption: captionOf(result, placementTitle(result.placement)),
    });
    lines.push(`${table.caption}:`, '', ...markdown(table.head, table.rows.map(cellsOf)), '');
  }
  for (const { outcome } of payloads.filter(({ name }) => name === section.name))
    for (const { caption, head, rows } of section.tables(outcome))
      lines.push(`${caption}:`, '', ...markdown(head, rows), '');
  return lines;
}

function drawings(section, results) {
  if (results.length === 0) return [];
  if (section.curves)
    return results.map((result) => [`${section.name}-${result.placement}`, curveChart(section, result)]);
  return section.chart === undefined ? [] : [[section.name, barChart(section, results)]];
}

const cellsOf = ({ kind, title, cells }) => [
  kind === 'samebox' ? `**${title}**` : title,
  ...cells.map(({ value, spread, ratio }) => [value, spread, ratio].filter((part) => part !== '').join(' ')),
];

const goalLines = (goals) =>
  markdown(
    ['goal', 'measured', ''],
    goals.map(({ goal, measured, met }) => [
      goal,
      measured,
      met === undefined ? 'not measured' : met ? 'met' : '**not met**',
    ]),
  );

function markdown(head, rows) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows.map(row)];
}
