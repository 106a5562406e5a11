// Round trips of a no-op call to `noop-daemon.mjs`, and a rate with 128 in flight, as one line of JSON; on its own, to be run
// beside a profiler. Seconds of each: SAMEBOX_BENCH_SECONDS (1).
import { connect } from '../../dist/client/index.js';
import { flood, trips } from './harness/loops.mjs';

const SECONDS = Number(process.env.SAMEBOX_BENCH_SECONDS ?? 1);
const IN_FLIGHT = 128;

const client = await connect(process.argv[2]);
const { noop } = client.target('bench');
const { p50, p99 } = await trips(() => noop(), SECONDS);
const { rate } = await flood(() => noop(), IN_FLIGHT, SECONDS);
const tenth = (value) => Math.round(value * 10) / 10;
console.log(JSON.stringify({ p50: tenth(p50), p99: tenth(p99), rate: Math.round(rate) }));
await client.close();
