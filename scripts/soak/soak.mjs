// A soak: calls, streams and arrays while clients come and go, ten minutes by default. Does the daemon's memory stay flat after
// the first minute, and do its descriptors?
//
//   node scripts/soak/soak.mjs [--minutes 10] [--seed N] [--short] [--json] [--package dist]
//
// Every client process has several clients, which do one thing after another, check what they are given, leave and come
// again; one process is killed now and then, and another takes its place. Looks are taken at even distances, after the
// garbage collectors have run and the C library has given back what it keeps (malloc_trim); those of the first minute, or the first
// third of a shorter run, don't count. Resident memory (segments aside) counts as flat where the straight line through the
// looks rises by 5 % of their mean at most, or 8 MiB where that is more; the heap may rise by 2 MiB. `--short` is over in some seconds; it is too
// short for a line, and judges only that the last look is within 32 MiB of the first that counts.
// scripts/soak/payloads.mjs looks closer at large arrays. Exit code 1, if a promise was broken.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { factsOf } from '../support/process-facts.mjs';
import { Processes } from '../support/processes.mjs';
import { Random } from '../support/random.mjs';
import { rise } from './rise.mjs';

const MiB = 1024 * 1024;
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    package: { type: 'string', default: fileURLToPath(new URL('../../dist', import.meta.url)) },
  },
});
const { short, json, package: folder } = values;
const seed = Number(values.seed);
const duration = short ? 6000 : Number(values.minutes) * 60_000;
const warmUp = Math.min(60_000, duration / 3);
const lookEvery = short ? 1000 : Math.min(10_000, duration / 30);
const PROCESSES = 3;
const CLOSING_MS = 15_000;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const processes = new Processes();
process.once('exit', () => processes.end());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

console.error(`seed ${seed}: ${duration / 1000} s`);
try {
  const seen = await run();
  const promises = judged(seen);
  const broken = promises.filter(({ kept }) => !kept);
  if (json) console.log(JSON.stringify({ seed, seen, promises, broken }, null, 2));
  else {
    console.log(seen.counts);
    console.table(promises);
    if (broken.length > 0) console.log(seen.wrong, seen.looks);
  }
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`Broken: the soak could not go on (seed ${seed}). ${error.stack}`);
  process.exitCode = 1;
} finally {
  processes.end();
}

async function run() {
  const random = new Random(seed, 1);
  const wrong = [];
  const counts = {};
  const onNews = (news) => void (wrong.length < 20 && wrong.push(news.wrong));
  const daemon = await processes.start(here('daemon.mjs'), [folder, 'soak'], onNews);
  const alone = factsOf(daemon.pid).descriptors;
  let kills = 0;
  const client = () => processes.start(here('client.mjs'), [folder, 'soak', random.word()], onNews);
  const crowd = await Promise.all(Array.from({ length: PROCESSES }, client));

  const looks = [];
  const began = performance.now();
  while (performance.now() - began < duration) {
    await sleep(lookEvery);
    const place = random.integer(0, PROCESSES - 1);
    const { killed, counted } = await replaced(crowd[place], client);
    crowd[place] = killed;
    addTo(counts, counted);
    kills++;
    await daemon.ask('collect');
    const { rss, ofSegments, descriptors } = factsOf(daemon.pid);
    const { sessions, segments, memory } = await daemon.ask('status');
    looks.push({
      at: performance.now() - began,
      rss: rss - ofSegments,
      heap: memory.heapUsed,
      descriptors,
      sessions: sessions.length,
      segments: segments.segments,
    });
    const { at, ...now } = looks.at(-1);
    console.error(`${Math.round(at / 1000)} s:`, JSON.stringify(now));
  }
  for (const one of crowd) {
    addTo(counts, await one.ask('stop'));
    await one.close(CLOSING_MS);
  }
  let status = await daemon.ask('status');
  for (
    const until = performance.now() + CLOSING_MS;
    status.sessions.length > 0 && performance.now() < until;
  ) {
    await sleep(50);
    status = await daemon.ask('status');
  }
  const left = factsOf(daemon.pid).descriptors - alone;
  const running = status.targets.filter(({ name }) => name !== '$daemon').flatMap((target) => target.running);
  const code = await daemon.close(CLOSING_MS);
  return {
    counts,
    kills,
    wrong,
    looks,
    stray: status.counters.stray,
    sessions: status.sessions.length,
    running,
    left,
    code,
  };
}

/** Kills a process of clients, at whatever they do, and starts another. */
async function replaced(client, start) {
  const counted = await client.ask('counts');
  client.kill();
  await client.exited;
  return { killed: await start(), counted };
}

function judged({ counts, wrong, looks, stray, sessions, running, left, code }) {
  const counting = looks.filter(({ at }) => at >= warmUp);
  const mean = counting.reduce((sum, { rss }) => sum + rss, 0) / counting.length;
  const grown = short
    ? counting.at(-1).rss - counting[0].rss
    : rise(counting.map(({ at, rss }) => [at, rss]));
  const allowed = short ? 32 * MiB : Math.max(8 * MiB, mean * 0.05);
  const heap = rise(counting.map(({ at, heap }) => [at, heap]));
  const descriptors = rise(counting.map(({ at, descriptors: open }) => [at, open]));
  const promise = (name, value, kept) => ({ promise: name, value, kept });
  return [
    promise(
      'things done',
      Object.values(counts).reduce((sum, count) => sum + count, 0),
      counts.call > 0,
    ),
    promise('answers that were wrong, and errors', wrong.length, wrong.length === 0),
    promise('errors in the daemon that nobody caught', stray, stray === 0),
    promise('resident MB, at the mean', round(mean / MiB), true),
    promise('resident MB, rise', round(grown / MiB), grown <= allowed),
    promise('heap MB, rise', round(heap / MiB), short || heap <= 2 * MiB),
    // How many are open at one moment depends on who is there.
    promise('descriptors, rise', round(descriptors), short || descriptors <= 10),
    promise('sessions left behind', sessions, sessions === 0),
    promise('calls left behind', running.length, running.length === 0),
    promise('descriptors left behind', left, left <= 0),
    promise('exit code of the daemon', code, code === 0),
  ];
}

function addTo(sum, counts) {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function round(number) {
  return Math.round(number * 100) / 100;
}
