// Measures a section at one placement: starts its contenders, gives each its turns in rounds, and compares within each round.
import { Children } from './children.mjs';
import { rounds } from './rounds.mjs';
import { spread } from './statistics.mjs';

/** What the one before has left to do is done in this pause, and hot loops have cooled. */
const PAUSE_MS = 200;
const SHORT_PAUSE_MS = 20;

/** In a first round engines compile and buffers grow. It is longer, and doesn't count. */
const WARM_UP_SECONDS = 1;

/**
 * @typedef {object} Column a figure of a section.
 * @property {string} key
 * @property {string} head
 * @property {string} unit
 * @property {'less' | 'more'} better
 */

/**
 * @typedef {object} Entry one row of a section.
 * @property {string} name
 * @property {string} title
 * @property {string} kind
 * @property {(() => Promise<Record<string, number | undefined>>)} [take] one turn: figures by column. Absent: it can't.
 */

/**
 * @typedef {object} Section
 * @property {string} name
 * @property {string} title
 * @property {string} note how it is measured.
 * @property {Column[]} columns
 * @property {string} base the row that the others are compared with.
 * @property {string} [chart] the column that is drawn.
 * @property {boolean} [curves] whether all columns are drawn, as sizes.
 * @property {number} [most] rounds at most.
 * @property {number} [warmUp] seconds of the first round, where many processes share the cores.
 * @property {boolean} [hot] whether those with hot loops take part.
 * @property {string} [only] the one placement that makes sense.
 * @property {(context: object) => Promise<Entry[]>} enter starts the contenders.
 */

/**
 * @param {Section} section
 * @param {object} options `placement`, `contenders`, `count` of rounds, `seconds` of a turn, `short`, `onRound`.
 * @returns rows with a spread of each figure, and of its ratio to the base's figure of the same round.
 */
export async function measure(section, { count, onRound, ...options }) {
  const children = new Children(options.placement);
  try {
    return await Promise.race([children.failed, taken(section, { children, ...options }, count, onRound)]);
  } finally {
    await children.end();
  }
}

async function taken(section, context, count, onRound) {
  const contenders = context.contenders.filter(({ hot }) => !hot || section.hot);
  const now = { ...context, contenders };
  const entries = await section.enter(now);
  const able = new Map(entries.filter(({ take }) => take !== undefined).map((entry) => [entry.name, entry]));
  const number = Math.min(count, section.most ?? count);
  const pause = context.short ? SHORT_PAUSE_MS : PAUSE_MS;
  const turns = (times, seconds) => {
    now.seconds = seconds;
    return rounds(times, [...able.keys()], (name) => able.get(name).take(), onRound, pause);
  };
  if (!context.short) await turns(1, Math.max(context.seconds, section.warmUp ?? WARM_UP_SECONDS));
  const results = await turns(number, context.seconds);
  const rows = entries.map(({ name, title, kind }) => {
    const [values, base] = [results[name], results[section.base]];
    return { name, title, kind, ...summary(section.columns, values, base), rounds: values };
  });
  return { rounds: number, rows };
}

/** Spreads of figures and ratios by column; without those that the contender has none of. */
function summary(columns, figures, base) {
  const byColumn = (make) =>
    Object.fromEntries(columns.map(({ key }) => [key, make(key)]).filter(([, value]) => value !== undefined));
  return {
    figures: byColumn((key) => spreadOf(figures?.map((round) => round[key]))),
    ratios: byColumn((key) => ratio(figures, base, key)),
  };
}

/** The spread of `figures` to `base` in each round. */
export function ratio(figures, base, key) {
  return spreadOf(figures?.map((round, at) => round[key] / base?.[at]?.[key]));
}

function spreadOf(values = []) {
  return values.length > 0 && values.every(Number.isFinite) ? spread(values) : undefined;
}
