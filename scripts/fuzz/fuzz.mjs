// A fuzz: spoilt frames and handshakes against a live daemon, beside a client that keeps all rules.
//
//   node scripts/fuzz/fuzz.mjs [--frames 200000] [--minutes M] [--rate R] [--seed N] [--short] [--json] [--package dist]
//
// `--minutes` instead of a number of frames; `--rate` frames in a second (1,000; a flood with Infinity, or with `--short`: then
// processes share the cores, and the time of the good client's calls says how, and nothing else). Each run says its seed: with it the same frames are sent, in another order
// between connections. Promised: the daemon stays up, the same process; its memory stays bounded; no error in it that nobody
// caught; no session, call or descriptor is left behind; the good client's calls are all right, and 99 of 100 of them are
// answered within three times of what they took without the fuzz (not judged with `--short`).
// Exit code 1, if a promise was broken; then the last frames are shown.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { factsOf } from '../support/process-facts.mjs';
import { Processes } from '../support/processes.mjs';

const MiB = 1024 * 1024;
const QUIET_MS = 5000;
const SETTLING_MS = 10_000;
const CLOSING_MS = 10_000;

const { values } = parseArgs({
  options: {
    frames: { type: 'string' },
    minutes: { type: 'string' },
    rate: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    package: { type: 'string', default: fileURLToPath(new URL('../../dist', import.meta.url)) },
  },
});
const { short, json, seed, package: folder } = values;
const milliseconds = values.minutes === undefined ? Infinity : Number(values.minutes) * 60_000;
const frames = Number(values.frames ?? (values.minutes !== undefined ? Infinity : short ? 8000 : 200_000));
const rate = Number(values.rate ?? (short ? Infinity : 1000));
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const processes = new Processes();
process.once('exit', () => processes.end());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

console.error(`seed ${seed}: ${frames === Infinity ? `${values.minutes} minutes` : `${frames} frames`}`);
let attacker;
try {
  const seen = await run();
  const promises = judged(seen);
  const broken = promises.filter(({ kept }) => !kept);
  if (json) console.log(JSON.stringify({ seed, seen, promises, broken }, null, 2));
  else {
    console.log(seen.attack);
    console.table(promises);
    if (broken.length > 0) console.log(seen.good, seen.status.errors);
  }
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`Broken: the fuzz could not go on (seed ${seed}). ${error.stack}`);
  for (const hex of (await attacker?.ask('recent').catch(() => [])) ?? []) console.error(hex);
  process.exitCode = 1;
} finally {
  processes.end();
}

async function run() {
  const daemon = await processes.start(here('daemon.mjs'), [folder, 'fuzz']);
  const died = daemon.exited.then((code) => {
    throw new Error(`the daemon ended: ${code}`);
  });
  died.catch(() => undefined);
  const path = await daemon.ask('path');
  const good = await processes.start(here('good.mjs'), [folder, path]);
  attacker = await processes.start(here('attack.mjs'), [folder, path, seed]);

  await good.ask('begin');
  await sleep(short ? 300 : QUIET_MS);
  const quiet = await good.ask('end');
  await daemon.ask('collect');
  const before = factsOf(daemon.pid);

  await good.ask('begin');
  // A number that JSON can carry.
  const limits = {
    frames: Math.min(frames, 2 ** 53),
    milliseconds: Math.min(milliseconds, 2 ** 40),
    perSecond: Math.min(rate, 2 ** 40),
  };
  const attack = await Promise.race([attacker.ask('attack', limits), died]);
  const during = await good.ask('end');
  const status = await Promise.race([settled(daemon), died]);
  await daemon.ask('collect');
  const after = factsOf(daemon.pid);
  const peak = peakOf(daemon.pid);
  const codes = [
    await attacker.close(CLOSING_MS),
    await good.close(CLOSING_MS),
    await daemon.close(CLOSING_MS),
  ];
  return { attack, quiet, good: during, status, before, after, peak, codes };
}

/** The daemon's status when those who have gone are forgotten, which takes a moment. */
async function settled(daemon) {
  const until = performance.now() + SETTLING_MS;
  for (;;) {
    const status = await daemon.ask('status');
    const { sessions, running, counters } = status;
    if ((sessions === 1 && running === 0 && counters.silent === 0) || performance.now() > until)
      return status;
    await sleep(50);
  }
}

function judged({ attack, quiet, good, status, before, after, peak, codes }) {
  const grown = after.rss - before.rss;
  const ratio = good.p99 / quiet.p99;
  const promise = (name, value, kept) => ({ promise: name, value, kept });
  return [
    promise('frames sent', attack.frames, attack.frames > 0 && attack.welcomed > 0),
    promise('frames of the daemon that were wrong', attack.unreadable.length, attack.unreadable.length === 0),
    promise('calls of the good client', good.calls, good.calls > 0),
    promise('its answers that were wrong', good.wrong, good.wrong === 0),
    promise('its errors', good.errors.length, good.errors.length === 0),
    promise('its session', good.session, good.session === 1),
    promise('p99 of its calls, in times of that without the fuzz', round(ratio), short || ratio <= 3),
    promise('errors in the daemon that nobody caught', status.counters.stray, status.counters.stray === 0),
    promise('errors in its log', status.errors.length, status.errors.length === 0),
    promise('sessions left behind', status.sessions - 1, status.sessions === 1),
    promise('calls left behind', status.running, status.running === 0),
    promise(
      'descriptors left behind',
      after.descriptors - before.descriptors,
      after.descriptors <= before.descriptors,
    ),
    promise('segments left behind', after.mappings - before.mappings, after.mappings <= before.mappings),
    promise('resident MB, grown', round(grown / MiB), grown <= 64 * MiB),
    promise('resident MB, at most', round(peak / MiB), peak <= 1024 * MiB),
    promise(
      'exit codes',
      codes.join(),
      codes.every((code) => code === 0),
    ),
  ];
}

/** The most that was ever resident. */
function peakOf(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

function sleep(time) {
  return new Promise((resolve) => setTimeout(resolve, time));
}

function round(number) {
  return Math.round(number * 100) / 100;
}
