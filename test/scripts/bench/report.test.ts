// What the benchmark writes: figures, the parts of docs/PERFORMANCE.md that are its own, charts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callModule } from './run-module';

test('figures have three digits, and thousands stand apart', () => {
  const number = (value: number): string => callModule('report/numbers.mjs', 'number', value);
  expect([0, 0.33249, 0.9996, 1.309, 13.44, 99.97, 846.9, 615_432].map(number)).toEqual([
    '0',
    '0.332',
    '1.00',
    '1.31',
    '13.4',
    '100',
    '847',
    '615,000',
  ]);
});

test('a spread is told in the digits of its median', () => {
  const spread = { median: 13.4, low: 13.1, high: 13.55 };
  expect(callModule('report/numbers.mjs', 'plusMinus', spread)).toBe('±0.2');
});

test('the command of a result says what was measured, and not where it was written', () => {
  const command = (values: object): string => callModule('harness/options.mjs', 'commandOf', values);
  expect(command({ markdown: false, short: false })).toBe('npm run bench');
  expect(command({ rounds: '5', json: '/home/me/result.json', verbose: true, markdown: true })).toBe(
    'npm run bench -- --rounds 5 --markdown',
  );
});

test('between its markers a document is written anew, and the words around stay', () => {
  const before = 'Words.\n<!-- bench:cpu -->\nold\n<!-- /bench:cpu -->\nMore words.\n';
  expect(callModule('report/document.mjs', 'replaced', before, 'cpu', ['new', 'lines'])).toBe(
    'Words.\n<!-- bench:cpu -->\nnew\nlines\n<!-- /bench:cpu -->\nMore words.\n',
  );
  expect(() => callModule('report/document.mjs', 'replaced', before, 'idle', [])).toThrow(
    /no <!-- bench:idle/,
  );
});

test('docs/PERFORMANCE.md has a place for every section', () => {
  const page = readFileSync(join(__dirname, '../../../docs/PERFORMANCE.md'), 'utf8');
  const sections = callModule<{ name: string }[]>('sections/sections.mjs', 'sections', false);
  const places = [...page.matchAll(/<!-- bench:(\w+) -->[^]*?<!-- \/bench:\1 -->/g)].map(([, name]) => name);
  const names = [...sections.map(({ name }) => name), 'transfers', 'frames', 'smallCalls'];
  expect(places.sort()).toEqual([...names, 'run', 'goals'].sort());
});

test('a chart says in words what it shows, and what stands in it can be no markup', () => {
  const spread = { median: 13.4, low: 13, high: 14 };
  const section = { title: 'A call', chart: 'p50', columns: [{ key: 'p50', head: 'p50', unit: 'us' }] };
  const rows = [{ title: 'a <b> & c', kind: 'peer', figures: { p50: spread }, ratios: {} }];
  const drawing = callModule<string>('report/charts.mjs', 'barChart', section, [
    { placement: 'oneCore', rounds: 3, rows },
  ]);
  expect(drawing).toContain(
    '<desc id="description">all processes pinned to one core · 3 rounds: a &lt;b&gt; &amp; c 13.4 us.</desc>',
  );
  expect(drawing).not.toContain('<b>');
  expect(drawing).toContain('prefers-color-scheme: dark');
});

test('the names of curves stand apart in the margin, also of one that ends early, with a line to its end', () => {
  const at = (...medians: number[]): object =>
    Object.fromEntries(medians.map((median, index) => [String(1024 ** (index + 1)), { median }]));
  const section = { title: 'Bytes', columns: [1, 2].map((n) => ({ key: String(1024 ** n), head: `${n}` })) };
  const rows = [
    { title: 'whole', kind: 'samebox', figures: at(1, 10) },
    { title: 'near', kind: 'peer', figures: at(2, 10.1) },
    { title: 'early', kind: 'peer', figures: at(9.9) },
  ];
  const result = { placement: 'oneCore', rounds: 3, rows };
  const drawing = callModule<string>('report/charts.mjs', 'curveChart', section, result);
  const names = [...drawing.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>(whole|near|early)</g)];
  const places = names.map(([, , y]) => Number(y)).sort((one, other) => one - other) as [
    number,
    number,
    number,
  ];
  expect(new Set(names.map(([, x]) => x)).size).toBe(1);
  expect(Math.min(places[1] - places[0], places[2] - places[1])).toBeGreaterThanOrEqual(15);
  expect(drawing.match(/class="peer leader"/g)).toHaveLength(2);
  expect(drawing).toContain('early: 1 9.90 ms.');
});
