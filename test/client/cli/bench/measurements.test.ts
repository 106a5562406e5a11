// How the command line measures calls, on a clock that the calls themselves move.
import { callRate, roundTrips, type Until } from '../../../../client/cli/bench/measurements';

let time: number;
beforeEach(() => (time = 0));

const until = (budget: number, signal = new AbortController().signal): Until => ({
  budget,
  signal,
  now: () => time,
});

/** A call that takes these many milliseconds, in turn; the last one again and again. */
function calls(...takes: number[]) {
  return async (): Promise<void> => {
    time += (takes.length > 1 ? takes.shift() : takes[0]) as number;
  };
}

test('round trips are told in microseconds, without those that warm up', async () => {
  const slowFirst = calls(10, 10, 5, ...Array.from({ length: 150 }, () => 0.5));
  expect(await roundTrips(slowFirst, until(100))).toEqual({ calls: 150, p50: 500, p99: 500, p999: 500 });
});

test('one call in a hundred that is slow shows in p99, not in the median', async () => {
  let count = 0;
  const call = async (): Promise<void> => {
    time += ++count % 50 === 0 ? 9 : 1;
  };
  const { p50, p99 } = await roundTrips(call, until(4000));
  expect([p50, p99]).toEqual([1000, 9000]);
});

test('a call that takes longer than the time given is measured once', async () => {
  expect(await roundTrips(calls(300), until(10))).toEqual({ calls: 1, p50: 3e5, p99: 3e5, p999: 3e5 });
});

test('so many calls are in flight at once, and no more', async () => {
  let flying = 0;
  let most = 0;
  const call = async (): Promise<void> => {
    most = Math.max(most, ++flying);
    await Promise.resolve();
    flying--;
    time += 1 / 16;
  };
  expect(await callRate(call, 16, until(400))).toBeCloseTo(16_000, -2);
  expect(most).toBe(16);
});

test('what is aborted ends with the calls that are under way', async () => {
  const aborting = new AbortController();
  let count = 0;
  const call = async (): Promise<void> => {
    time += 1;
    if (++count === 5) aborting.abort();
  };
  await roundTrips(call, until(1000, aborting.signal));
  expect(count).toBe(6); // Each of its two parts makes one at least.
});

test('a call that fails fails the measurement', async () => {
  const call = (): Promise<void> => Promise.reject(new Error('gone'));
  await expect(roundTrips(call, until(10))).rejects.toThrow('gone');
  await expect(callRate(call, 3, until(10))).rejects.toThrow('gone');
});
