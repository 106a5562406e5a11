// What a lane is worth: a no-op call over it, by `call` and by `callSync`, beside bare ping-pongs over a word of mapped memory in the
// same run. Needs two cores with nothing else to do: a crowded machine makes samebox sleep instead of looking.
//
//   node scripts/bench/lane.mjs        rounds: SAMEBOX_BENCH_ROUNDS (5), calls per measurement: SAMEBOX_BENCH_CALLS (30000)
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = here('../../dist');
const ROUNDS = Number(process.env.SAMEBOX_BENCH_ROUNDS ?? 5);
const WAYS = ['normal', 'low', 'lane', 'sync'];

process.env.SAMEBOX_RUNTIME_DIR = mkdtempSync(join(tmpdir(), 'sb-bench-'));
const daemon = spawn(process.execPath, [here('noop-daemon.mjs'), 'bench'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const measured = { bare: [], ...Object.fromEntries(WAYS.map((way) => [way, []])) };
try {
  await once(daemon.stdout, 'data');
  for (let round = 0; round < ROUNDS; round++)
    for (const way of Object.keys(measured)) measured[way].push(measure(way));
} finally {
  daemon.stdin.end();
  if (daemon.exitCode === null) await once(daemon, 'exit');
  rmSync(process.env.SAMEBOX_RUNTIME_DIR, { recursive: true });
}

const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];
const loops = median(measured.bare.map((one) => one.loops.p50));
const blocking = median(measured.bare.map((one) => one.blocking.p50));
console.log(`${ROUNDS} rounds, medians; microseconds`);
console.table({
  'bare: two event loops over a word': { p50: loops },
  'bare: a blocking caller against a loop': { p50: blocking },
  ...Object.fromEntries(
    WAYS.map((way) => {
      const of = (name) => median(measured[way].map((one) => one[name]));
      const bare = way === 'sync' ? blocking : loops;
      const ratio = Math.round((of('p50') / bare) * 10) / 10;
      const name = way === 'sync' ? "callSync, latency: 'lane'" : `call, latency: '${way}'`;
      return [
        name,
        { p50: of('p50'), p99: of('p99'), 'p50 / bare': ratio, '128 in flight, calls/s': of('rate') },
      ];
    }),
  ),
});

function measure(way) {
  return JSON.parse(
    execFileSync(process.execPath, [here('lane/caller.mjs'), folder, way, 'bench']).toString(),
  );
}
