// A soak of large payloads: one daemon, some clients, every way to send an array, at random; clients are killed with SIGKILL
// and calls are given up all the while. Is any content wrong, does anything leak, is anything left behind?
//
//   node scripts/soak/payloads.mjs [--payloads 100000] [--seed N] [--minutes M] [--clients 4] [--handoff auto|never|file]
//                                  [--kill-every 400] [--largest BYTES] [--short] [--json] [--package dist]
//
// A payload counts when a receiver has looked at all of its bytes, and they were what they should be. Sizes are log-uniform,
// from 1 B to 32 MiB. `--kill-every` is the mean number of payloads between two kills, 0 for none. The
// first client is never killed, to show what a client itself may leak. Each run says its seed: with it, the same things are
// done again, at other moments.
//
// Memory is measured twice, in the same way: at the start, after a warm-up of the same kind of load (a tenth of it, with
// `--short` half of it); and after the load. Both times every client has ended what it did and given everything back, 12
// seconds have passed, in which idle segments are removed (after 10), the garbage collectors were run, and the C library was
// told to give back what it keeps of freed memory (malloc_trim): what it keeps varies by 100 MB from one moment to the next.
// Resident memory may grow by 10 %. `--short` doesn't wait for idle segments: then only what is in use of segments is
// judged, not what pools keep for later, and resident memory is taken without segments, and may grow by 2 MiB more.
//
// Exit code 1, if a promise was broken: which one stands below the table.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Processes } from '../support/processes.mjs';
import { Soak } from './payloads/run.mjs';
import { brokenPromises, verdict } from './payloads/verdict.mjs';

const MiB = 1024 * 1024;
const { values } = parseArgs({
  options: {
    payloads: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    minutes: { type: 'string', default: 'Infinity' },
    clients: { type: 'string', default: '4' },
    handoff: { type: 'string', default: 'auto' },
    'kill-every': { type: 'string' },
    largest: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    package: { type: 'string', default: fileURLToPath(new URL('../../dist', import.meta.url)) },
  },
});
const { short, json } = values;
const payloads = number('payloads', short ? 1500 : 100_000);
const options = {
  payloads,
  warmUp: Math.ceil(payloads / (short ? 2 : 10)),
  seed: number('seed'),
  minutes: number('minutes'),
  clients: number('clients'),
  handoff: values.handoff,
  killEvery: number('kill-every', short ? 300 : 400) || Infinity,
  largest: number('largest', (short ? 2 : 32) * MiB),
  idleMs: short ? 0 : 12_000,
  package: values.package,
  onProgress: progressEvery(short ? 2000 : 10_000),
};

const processes = new Processes();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    processes.end();
    process.exit(130);
  });
process.once('exit', () => processes.end());

console.error(
  `seed ${options.seed}: ${payloads} payloads up to ${options.largest} bytes, ${options.clients} clients, handoff ${options.handoff}`,
);
const soak = new Soak(options, processes);
try {
  const looks = await soak.run();
  const rows = verdict(soak, looks, { trimmed: !short });
  const broken = brokenPromises(rows, soak, looks);
  report(rows, looks, broken);
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`Broken: the soak could not go on (seed ${options.seed}). ${error.stack}`);
  console.error({ mismatches: soak.mismatches.slice(0, 10), broken: soak.broken, counts: soak.counts });
  process.exitCode = 1;
} finally {
  processes.end();
}

function report(rows, looks, broken) {
  const { counts, loaded, seconds } = soak;
  const summary = {
    seed: options.seed,
    ...loaded,
    seconds: Math.round(seconds),
    'payloads per second': Math.round(loaded.payloads / seconds),
    'MB per second': Math.round(loaded.bytes / 1e6 / seconds),
    kills: soak.kills,
    cancels: counts.cancels,
    timeouts: counts.timeouts,
    errors: counts.errors,
    deeds: counts.deeds,
    'checks in the daemon': looks.last.soak.checks,
    log: looks.last.soak.log,
    counters: looks.last.counters,
    ways: [...new Set(looks.last.handoffs.flatMap((handoff) => [handoff.out.way, handoff.in.way]))],
  };
  if (json) return console.log(JSON.stringify({ summary, rows, broken, looks }, null, 2));
  console.log(summary);
  console.table(
    Object.fromEntries(
      rows.map(({ promise, start, end, kept }) => [
        promise,
        { start, end, verdict: kept === undefined ? '' : kept ? 'kept' : 'BROKEN' },
      ]),
    ),
  );
  for (const { promise, start, end, details } of broken)
    console.log(`BROKEN: ${promise} (${start} -> ${end})`, details ?? '');
}

function progressEvery(milliseconds) {
  let last = { at: performance.now(), payloads: 0, bytes: 0 };
  return (phase, { counts, kills, mismatches }) => {
    const at = performance.now();
    const seconds = (at - last.at) / 1000;
    if (seconds * 1000 < milliseconds) return;
    const rate = Math.round((counts.payloads - last.payloads) / seconds);
    const megabytes = Math.round((counts.bytes - last.bytes) / 1e6 / seconds);
    last = { at, payloads: counts.payloads, bytes: counts.bytes };
    const errors = Object.entries(counts.errors).map(([code, count]) => `${code} ${count}`);
    console.error(
      `${phase}: ${counts.payloads} payloads, ${rate}/s, ${megabytes} MB/s, ${kills} kills, ` +
        `${counts.cancels} cancels, ${counts.timeouts} timeouts, ${mismatches.length} mismatches; ${errors.join(', ')}`,
    );
  };
}

/** The number that stands behind an option. */
function number(name, otherwise) {
  const given = values[name] === undefined ? otherwise : Number(values[name]);
  if (!(given >= 0)) throw new TypeError(`--${name}: a number from 0 up`);
  return given;
}
