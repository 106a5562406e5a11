// Measures one way of calling, and prints percentiles of a round trip in microseconds and calls per second with 128 in flight.
// `caller.mjs PACKAGE bare|normal|low|lane|sync ENDPOINT`
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bare, now } from './bare.mjs';

const [folder, mode, endpoint] = process.argv.slice(2);
const ROUNDS = Number(process.env.SAMEBOX_BENCH_CALLS ?? 30_000);
const RATE_MS = 500;

if (mode === 'bare') {
  const { loops, blocking } = await bare(folder, 5 * ROUNDS);
  console.log(JSON.stringify({ loops: percentiles(loops), blocking: percentiles(blocking) }));
} else {
  const { connect } = createRequire(join(folder, 'index.js'))('./client/index.js');
  const wanted = mode === 'sync' ? 'lane' : mode;
  const client = await connect(endpoint, { latency: wanted });
  if (client.latency !== wanted) throw new Error(`asked for ${wanted}, got ${client.latency}`);
  const { noop } = client.target('bench');
  const times = mode === 'sync' ? sync(client) : await oneByOne(noop);
  const rate = mode === 'sync' ? undefined : await pipelined(noop);
  console.log(JSON.stringify({ ...percentiles(times.slice(ROUNDS)), rate }));
  await client.close();
}

function sync(client) {
  const times = [];
  while (times.length < 2 * ROUNDS) {
    const since = now();
    client.callSync('bench', 'noop');
    times.push(now() - since);
  }
  return times;
}

async function oneByOne(noop) {
  const times = [];
  while (times.length < 2 * ROUNDS) {
    const since = now();
    await noop();
    times.push(now() - since);
  }
  return times;
}

async function pipelined(noop) {
  let count = 0;
  const since = performance.now();
  const lane = async () => {
    while (performance.now() - since < RATE_MS) {
      await noop();
      count++;
    }
  };
  await Promise.all(Array.from({ length: 128 }, lane));
  return Math.round((count / (performance.now() - since)) * 1000);
}

function percentiles(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share) => Math.round(sorted[Math.floor(share * sorted.length)] * 100) / 100;
  return { least: at(0), p50: at(0.5), p99: at(0.99) };
}
