// How calls are measured in every client: one after another, with a pause between, blocking, and many in flight.
// A few tenths of a second come first and don't count: the engine compiles, the sockets and their buffers grow.
import { setTimeout as sleep } from 'node:timers/promises';
import { distribution } from './statistics.mjs';

const WARM = 0.3;
const MOST = 1 << 20;
const times = new Float64Array(MOST);

/** Round trips one after another, in microseconds. @param {() => Promise<unknown>} call */
export async function trips(call, seconds) {
  await inTurn(call, seconds * WARM);
  return ofTrips(await inTurn(call, seconds));
}

/** The same with a pause before each call, in which the cores may fall asleep. */
export async function spacedTrips(call, seconds, pause) {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  do {
    await sleep(pause);
    const before = performance.now();
    await call();
    times[count++] = performance.now() - before;
  } while (performance.now() < end && count < MOST);
  return ofTrips(count);
}

/** Round trips of a call that blocks its thread. @param {() => unknown} call */
export function blockingTrips(call, seconds) {
  blocking(call, seconds * WARM);
  return ofTrips(blocking(call, seconds));
}

/** Calls per second with so many in flight; and all calls that were made, those that warm up among them. */
export async function flood(call, inFlight, seconds) {
  const first = await flying(call, inFlight, seconds * WARM);
  const { calls, rate } = await flying(call, inFlight, seconds);
  return { rate, all: first.calls + calls };
}

async function inTurn(call, seconds) {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  for (let now = performance.now(); now < end && count < MOST;) {
    await call();
    const then = performance.now();
    times[count++] = then - now;
    now = then;
  }
  return count;
}

function blocking(call, seconds) {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  for (let now = performance.now(); now < end && count < MOST;) {
    call();
    const then = performance.now();
    times[count++] = then - now;
    now = then;
  }
  return count;
}

async function flying(call, inFlight, seconds) {
  let calls = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const lane = async () => {
    do {
      await call();
      calls++;
    } while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const took = performance.now() - start;
  return { calls, rate: (calls * 1000) / took };
}

function ofTrips(count) {
  const { p50, p99, p999 } = distribution(times.subarray(0, count));
  return { count, p50: p50 * 1000, p99: p99 * 1000, p999: p999 * 1000 };
}
