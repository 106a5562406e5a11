// How fast calls and arrays go between this process and the daemon: round trips, rates, payloads there and back.

/** When measuring ends. */
export interface Until {
  /** Milliseconds of this measurement, warming up included. */
  readonly budget: number;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Round trips in microseconds. */
export interface RoundTrips {
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** The first part of a measurement doesn't count: engines compile, sockets and buffers grow. */
const WARM = 0.25;
const MICROSECONDS = 1000;

/** Calls one after another; at least one. */
export async function roundTrips(call: () => Promise<unknown>, until: Until): Promise<RoundTrips> {
  await inTurn(call, { ...until, budget: until.budget * WARM });
  const sorted = (await inTurn(call, { ...until, budget: until.budget * (1 - WARM) })).sort();
  const at = (part: number): number =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN) * MICROSECONDS;
  return { calls: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

async function inTurn(call: () => Promise<unknown>, until: Until): Promise<Float64Array> {
  const times: number[] = [];
  const start = until.now();
  let before = start;
  do {
    await call();
    const after = until.now();
    times.push(after - before);
    before = after;
  } while (goesOn(start, before, until));
  return Float64Array.from(times);
}

/** Calls per second with so many in flight. */
export async function callRate(
  call: () => Promise<unknown>,
  inFlight: number,
  until: Until,
): Promise<number> {
  const { now, budget } = until;
  await flying(call, inFlight, { ...until, budget: budget * WARM });
  const start = now();
  const calls = await flying(call, inFlight, { ...until, budget: budget * (1 - WARM) });
  return (calls * 1000) / Math.max(now() - start, Number.EPSILON);
}

async function flying(call: () => Promise<unknown>, inFlight: number, until: Until): Promise<number> {
  const start = until.now();
  let calls = 0;
  const lane = async (): Promise<void> => {
    do {
      await call();
      calls++;
    } while (goesOn(start, until.now(), until));
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return calls;
}

function goesOn(start: number, now: number, { budget, signal }: Until): boolean {
  return now - start < budget && !signal.aborted;
}
