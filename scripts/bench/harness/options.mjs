// What the benchmark can be told.
import { contenders } from '../contenders/contenders.mjs';
import { PAYLOAD_SECTIONS } from '../payloads/run.mjs';
import { sections } from '../sections/sections.mjs';
import { placements } from './placement.mjs';

/** For `parseArgs`. */
export const USAGE = {
  sections: { type: 'string' },
  contenders: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  json: { type: 'string' },
  from: { type: 'string' },
  markdown: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  short: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

const ROUNDS = 7;
const SECONDS = 0.5;
const SHORT_SECONDS = 0.02;
const SIZES = [1, 4, 16, 64, 256, 1024];
const SHORT_SIZES = [1, 16];

/** What `--help` says. */
export const help = () => `npm run bench -- [options]

  --sections NAMES     some of ${namesOf(allSections(false))}
  --contenders NAMES   some of ${namesOf(contenders())}
  --rounds N           that count, ${ROUNDS} without it; one more comes first
  --seconds S          of each measurement, ${SECONDS} without it
  --json FILE          writes the result; - for standard output in place of the tables
  --from FILE          shows again what --json wrote; nothing is measured
  --markdown           writes the tables and charts of docs/PERFORMANCE.md
  --verbose            tells on standard error what is under way, line by line
  --short              one round of next to nothing: whether it works
`;

const allSections = (short) => [...sections(short), ...PAYLOAD_SECTIONS];
const namesOf = (all) => all.map(({ name }) => name).join(',');

/** @throws TypeError for what makes no sense. */
export function optionsOf(values) {
  const { short } = values;
  const all = allSections(short);
  const can = contenders();
  return {
    short,
    sections: chosen(all, values.sections, '--sections'),
    contenders: chosen(can, values.contenders, '--contenders'),
    placements: placements(),
    count: positive(values.rounds ?? (short ? 1 : ROUNDS), '--rounds'),
    seconds: positive(values.seconds ?? (short ? SHORT_SECONDS : SECONDS), '--seconds'),
    sizes: short ? SHORT_SIZES : SIZES,
    command: commandOf(values),
  };
}

/** What was measured, in words of the command line. Where the result goes, and who watched, is nobody's business. */
export function commandOf({ sections, contenders, rounds, seconds, short, markdown }) {
  const words = Object.entries({ sections, contenders, rounds, seconds, short, markdown })
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? `--${name}` : `--${name} ${value}`));
  return ['npm run bench', ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
}

function chosen(all, names, option) {
  if (names === undefined) return all;
  const wanted = names.split(',');
  const unknown = wanted.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0) throw new TypeError(`${option} ${unknown.join()}: one of ${namesOf(all)}`);
  return all.filter(({ name }) => wanted.includes(name));
}

function positive(value, option) {
  const number = Number(value);
  if (!(number > 0) || (option === '--rounds' && !Number.isInteger(number)))
    throw new TypeError(`${option}: a ${option === '--rounds' ? 'whole ' : ''}number above 0`);
  return number;
}
