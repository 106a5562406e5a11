// What both clients measure in the same way: round trips one after another, then a rate with 128 in flight.
const SECONDS = Number(process.env.SAMEBOX_BENCH_SECONDS ?? 1);
const IN_FLIGHT = 128;

/** @param {() => Promise<unknown>} call one round trip */
export async function measure(call) {
  await sequential(call, 0.3);
  const times = await sequential(call, SECONDS);
  await pipelined(call, 0.3);
  const rate = await pipelined(call, SECONDS);
  times.sort((a, b) => a - b);
  const at = (part) => Math.round(times[Math.floor(times.length * part)] * 1e4) / 10; // microseconds, to a tenth
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99), rate: Math.round(rate) }));
}

async function sequential(call, seconds) {
  const times = [];
  const end = performance.now() + seconds * 1000;
  for (let now = performance.now(); now < end;) {
    await call();
    const then = performance.now();
    times.push(then - now);
    now = then;
  }
  return times;
}

async function pipelined(call, seconds) {
  let count = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const lane = async () => {
    while (performance.now() < end) {
      await call();
      count++;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return count / ((performance.now() - start) / 1000);
}
