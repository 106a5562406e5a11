// What the benchmark can be told.
import { contenders } from '../contenders/contenders.mjs';
import { PAYLOAD_SECTIONS } from '../payloads/run.mjs';
import { sections } from '../sections/sections.mjs';
import { placements } from './placement.mjs';

/** For `parseArgs`. */
export const USAGE = {
  sections: { type: 'string' }, // names, with commas between
  contenders: { type: 'string' }, // names, with commas between
  rounds: { type: 'string' }, // that count; one more comes first
  seconds: { type: 'string' }, // of each measurement
  json: { type: 'string' }, // a file, or - for standard output in place of the tables
  from: { type: 'string' }, // a file that --json wrote: shown again, nothing is measured
  markdown: { type: 'boolean', default: false }, // writes docs/PERFORMANCE.md's tables and charts
  verbose: { type: 'boolean', default: false }, // tells on standard error what is under way, line by line
  short: { type: 'boolean', default: false }, // one round of next to nothing: whether it works
};

const ROUNDS = 7;
const SECONDS = 0.5;
const SHORT_SECONDS = 0.02;
const SIZES = [1, 4, 16, 64, 256, 1024];
const SHORT_SIZES = [1, 16];

/** @throws TypeError for what makes no sense. */
export function optionsOf(values) {
  const { short } = values;
  const all = [...sections(short), ...PAYLOAD_SECTIONS];
  const can = contenders();
  return {
    short,
    sections: chosen(all, values.sections, '--sections'),
    contenders: chosen(can, values.contenders, '--contenders'),
    placements: placements(),
    count: positive(values.rounds ?? (short ? 1 : ROUNDS), '--rounds'),
    seconds: positive(values.seconds ?? (short ? SHORT_SECONDS : SECONDS), '--seconds'),
    sizes: short ? SHORT_SIZES : SIZES,
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
      ' ',
    ),
  };
}

function chosen(all, names, option) {
  if (names === undefined) return all;
  const wanted = names.split(',');
  const unknown = wanted.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new TypeError(`${option} ${unknown.join()}: one of ${all.map(({ name }) => name).join()}`);
  return all.filter(({ name }) => wanted.includes(name));
}

function positive(value, option) {
  const number = Number(value);
  if (!(number > 0) || (option === '--rounds' && !Number.isInteger(number)))
    throw new TypeError(`${option}: a ${option === '--rounds' ? 'whole ' : ''}number above 0`);
  return number;
}
