// What samebox promises of its speed, beside what was measured.
import { ratio } from './harness/measure.mjs';
import { number } from './report/numbers.mjs';

/** An echo that takes longer woke a core. */
const ASLEEP_US = 45;

/**
 * @param {{ name: string, placement: string, rows: object[] }[]} results
 * @returns {{ goal: string, measured: string, met: boolean | undefined }[]}
 */
export function goals(results) {
  const pinned = view(results, 'oneCore');
  const free = view(results, 'free');
  return [...plainPath(pinned), ...lowLatency(free), ...lane(free), ...startAndSize(free)];
}

function plainPath({ of, peers }) {
  const toPeers = (section, key, better) =>
    peers(section, key, better).map((peer) => ({ peer, value: of(section, key)('samebox', peer) }));
  return [
    atMost('no-op p50, pinned: at most 1.4 × the bare echo', 1.4, of('roundTrip', 'p50')('samebox', 'echo')),
    atLeast(
      "128 in flight, pinned: at least 0.7 of the bare echo's rate",
      0.7,
      of('pipelined', 'inFlight128')('samebox', 'echo'),
    ),
    besidePeers(
      '128 in flight, pinned: at least 4 × the best peer',
      toPeers('pipelined', 'inFlight128', 'more'),
      (value) => value >= 4,
    ),
    atLeast(
      '1 KiB object, 128 in flight, pinned: at least 3 × vscode-jsonrpc',
      3,
      of('object', 'rate')('samebox', 'jsonrpc'),
    ),
    besidePeers(
      "CPU per call, one after another, pinned: at most half of the best peer's",
      toPeers('cpu', 'alone', 'less'),
      (value) => value <= 0.5,
    ),
    besidePeers(
      "CPU per call, 128 in flight, pinned: at most half of the best peer's",
      toPeers('cpu', 'many', 'less'),
      (value) => value <= 0.5,
    ),
  ];
}

function lowLatency({ of, rows }) {
  const section = ['roundTrip', 'spaced'].find((name) => median(rows(name), 'echo', 'p50') > ASLEEP_US);
  const sleeping = section === undefined ? undefined : of(section, 'p50')('low', 'echo');
  const used = median(rows('idle'), 'low', 'idle');
  const echo = median(rows('idle'), 'echo', 'idle');
  return [
    atMost(
      'latency low, no-op p50: at most 1.5 × the bare echo with hot loops',
      1.5,
      of('roundTrip', 'p50')('low', 'hotEcho'),
    ),
    atMost('latency low, no-op p50: at most 0.35 of a bare echo between sleeping cores', 0.35, sleeping),
    judged(
      'latency low: no CPU once idle (at most 5 ms per second above the echo)',
      used - echo,
      (value) => value <= 5,
      (value) => `${number(Math.max(0, value))} ms/s`,
    ),
  ];
}

function lane({ of }) {
  return [
    atMost(
      'lane, no-op p50: at most 4 × two hot loops over a mapped word',
      4,
      of('roundTrip', 'p50')('lane', 'word'),
    ),
    atLeast(
      'lane, 128 in flight: at least the rate of the socket',
      1,
      of('pipelined', 'inFlight128')('lane', 'samebox'),
    ),
    atMost(
      'callSync p50: at most 5 × a blocking caller against a hot loop',
      5,
      of('roundTrip', 'p50')('lane, blocking', 'word, blocking'),
    ),
  ];
}

function startAndSize({ of, rows }) {
  const above = median(rows('memory'), 'serve', 'idle') - median(rows('memory'), 'node', 'idle');
  return [
    atMost('samebox serve listens: within 3 × node -e 0', 3, of('start', 'time')('serve', 'node')),
    atMost('samebox call: within 2 × node -e 0', 2, of('commandLine', 'time')('call', 'node')),
    judged(
      'idle daemon: at most 25 MB above an empty Node process',
      above,
      (value) => value <= 25,
      (value) => `${number(value)} MB`,
    ),
  ];
}

/** What was measured at one placement. */
function view(results, placement) {
  const rows = (section) =>
    results.find((one) => one.name === section && one.placement === placement)?.rows ?? [];
  const named = (section, name) => rows(section).find((row) => row.name === name);
  return {
    rows,
    /** The ratio of two rows within each round, and its median. */
    of: (section, key) => (name, base) =>
      ratio(named(section, name)?.rounds, named(section, base)?.rounds, key)?.median,
    /** The peers, the one with the best median first. */
    peers(section, key, better) {
      const sign = better === 'more' ? -1 : 1;
      return rows(section)
        .filter(({ kind, figures }) => kind === 'peer' && figures[key] !== undefined)
        .sort((one, other) => sign * (one.figures[key].median - other.figures[key].median))
        .map(({ name }) => name);
    },
  };
}

const median = (rows, name, key) => rows.find((row) => row.name === name)?.figures[key]?.median;

const atMost = (goal, limit, value) => judged(goal, value, (one) => one <= limit);
const atLeast = (goal, limit, value) => judged(goal, value, (one) => one >= limit);

function judged(goal, value, isMet, show = (one) => `×${number(one)}`) {
  if (!Number.isFinite(value)) return { goal, measured: '–', met: undefined };
  return { goal, measured: show(value), met: isMet(value) };
}

/** Judged by the best peer; the second best is told too. */
function besidePeers(goal, ratios, isMet) {
  const [best, ...others] = ratios.filter(({ value }) => Number.isFinite(value));
  if (best === undefined) return judged(goal);
  const told = [best, ...others.slice(0, 1)].map(({ peer, value }) => `×${number(value)} ${peer}`);
  return { goal, measured: told.join(', '), met: isMet(best.value) };
}
