// How long the program takes to start, and what an idle daemon holds, against a Node that does nothing in the same run.
//
//   npm run bench:start -- [--rounds 15] [--unpinned] [--json]        where there is /proc
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rounds as takeRounds } from './payloads/rounds.mjs';
import { spread } from './payloads/statistics.mjs';
import { canPin, memoryOf, Programs } from './start/program.mjs';

/** Whether this system tells what is asked. */
export const canMeasureStart = existsSync('/proc/self/smaps_rollup');

/** The first start of a version compiles, and keeps that once the daemon has started. */
const KEPT_MS = 4000;
/** A daemon that has started is idle by then. */
const IDLE_MS = 5000;

const GOALS = [
  { what: 'serve, to listening', unit: 'x node -e 0', goal: 3 },
  { what: 'serve --demo, to listening', unit: 'x node -e 0', goal: 3 },
  { what: 'call, to its end', unit: 'x node -e 0', goal: 2 },
];
const MEMORY_GOAL = 25;

/**
 * Times are milliseconds, from `spawn` on, with everything kept by an earlier start; memory is megabytes.
 * @param {{ rounds?: number, pinned?: boolean }} options pinned: all that is measured shares one core; this process doesn't.
 */
export async function measureStart({ rounds = 15, pinned = canPin } = {}) {
  const programs = new Programs(pinned);
  try {
    for (const demo of [[], ['--demo']]) await first(programs, demo);
    const times = await measureTimes(programs, rounds);
    const memory = await measureMemory(programs);
    return { rounds, pinned, times, memory, goals: verdict(times, memory) };
  } finally {
    programs.end();
  }
}

async function first(programs, args) {
  const daemon = await programs.daemon('first', ...args);
  await sleep(KEPT_MS);
  await programs.command('list', '-e', 'first');
  if (args.length === 0) await programs.command('call', '-e', 'first', 'counter', 'noop');
  await daemon.stop();
}

async function measureTimes(programs, rounds) {
  const server = await programs.daemon('called');
  const start = async (...args) => {
    const { stop, wall, cpu } = await programs.daemon('started', ...args);
    await stop();
    return { wall, cpu };
  };
  const take = {
    'node -e 0': () => programs.toEnd('-e', '0'),
    'serve, to listening': () => start(),
    'serve --demo, to listening': () => start('--demo'),
    'call, to its end': () => programs.command('call', '-e', 'called', 'counter', 'noop'),
  };
  const results = await takeRounds(rounds, Object.keys(take), (name) => take[name]());
  await server.stop();
  return Object.fromEntries(
    Object.entries(results).map(([name, all]) => [
      name,
      { wall: spread(all.map(({ wall }) => wall)), cpu: mean(all.map(({ cpu }) => cpu)) },
    ]),
  );
}

async function measureMemory(programs) {
  const started = {
    'node, idle': programs.idle(),
    'serve, idle': await programs.daemon('plain'),
    'serve --demo, idle': await programs.daemon('demo', '--demo'),
  };
  await sleep(IDLE_MS);
  const memory = Object.fromEntries(Object.entries(started).map(([name, { pid }]) => [name, memoryOf(pid)]));
  await Promise.all(Object.values(started).map(({ stop }) => stop()));
  return memory;
}

/** Processor time stands beside the clock: on a machine that others use too, it alone is steady. */
function verdict(times, memory) {
  const { wall, cpu } = times['node -e 0'];
  const ratios = GOALS.map(({ what, unit, goal }) => {
    const is = times[what].wall.median / wall.median;
    return { what, unit, goal, is, cpu: times[what].cpu / cpu, met: is <= goal };
  });
  const above = Object.keys(memory)
    .slice(1)
    .map((what) => {
      const is = memory[what].rss - memory['node, idle'].rss;
      return { what, unit: 'MB above node', goal: MEMORY_GOAL, is, met: is <= MEMORY_GOAL };
    });
  return [...ratios, ...above];
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function print({ rounds, pinned, times, memory, goals }) {
  const one = (value) => Math.round(value * 10) / 10;
  console.log(`${rounds} rounds, ${pinned ? 'all that is measured pinned to one core' : 'NOT pinned'}`);
  console.table(
    Object.fromEntries(
      Object.entries(times).map(([name, { wall, cpu }]) => [
        name,
        {
          'ms, median': one(wall.median),
          'middle half': `${one(wall.low)} - ${one(wall.high)}`,
          'processor ms': one(cpu),
        },
      ]),
    ),
  );
  console.table(
    Object.fromEntries(
      Object.entries(memory).map(([name, { rss, pss, own }]) => [
        name,
        { 'RSS MB': one(rss), 'PSS MB': one(pss), 'private MB': one(own) },
      ]),
    ),
  );
  for (const { what, unit, goal, is, cpu, met } of goals) {
    const processor = cpu === undefined ? '' : `, ${cpu.toFixed(2)} in processor time`;
    console.log(`${met ? 'met ' : 'MISSED'}  ${what}: ${is.toFixed(2)} ${unit} (goal ${goal}${processor})`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { rounds: { type: 'string' }, unpinned: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const result = await measureStart({
    ...(values.rounds !== undefined && { rounds: Number(values.rounds) }),
    ...(values.unpinned && { pinned: false }),
  });
  if (values.json) console.log(JSON.stringify(result, undefined, 2));
  else print(result);
}
