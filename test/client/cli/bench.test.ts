// `samebox bench` against a daemon that runs: what it tells, never how fast that is.
import { IS_WINDOWS } from '../../../src/os';
import { World } from './run-samebox';

const posix = IS_WINDOWS ? test.skip : test; // A process of Windows can't send another one Ctrl-C.

const world = new World();

beforeAll(() => world.start(['serve', '--demo']).printed(/Ctrl-C ends it/));
afterAll(() => world.close());

interface Result {
  readonly daemon: string;
  readonly roundTripMicroseconds: { readonly calls: number; readonly p50: number; readonly p999: number };
  readonly callsPerSecond: readonly { readonly inFlight: number; readonly rate: number }[];
  readonly arraysThereAndBack: readonly Readonly<Record<string, number>>[];
}

test('bench measures round trips, rates and arrays, as JSON', async () => {
  const { code, stdout, stderr } = await world.run(['bench', '--json', '--seconds', '0.4']);
  expect([code, stderr]).toEqual([0, '']);
  const result = JSON.parse(stdout) as Result;
  const { daemon, roundTripMicroseconds, callsPerSecond, arraysThereAndBack } = result;
  expect(daemon).toBe('demo');
  expect(roundTripMicroseconds.calls).toBeGreaterThan(0);
  expect(roundTripMicroseconds.p50).toBeGreaterThan(0);
  expect(roundTripMicroseconds.p999).toBeGreaterThanOrEqual(roundTripMicroseconds.p50);
  expect(callsPerSecond.map(({ inFlight }) => inFlight)).toEqual([1, 16, 128]);
  for (const { rate } of callsPerSecond) expect(rate).toBeGreaterThan(0);
  expect(arraysThereAndBack.map(({ bytes }) => bytes)).toEqual([2 ** 20, 2 ** 26]);
  for (const { ordinaryMilliseconds, allocatedMilliseconds } of arraysThereAndBack) {
    expect(ordinaryMilliseconds).toBeGreaterThan(0);
    expect(allocatedMilliseconds).toBeGreaterThan(0);
  }
});

test('people read three tables, and which way large arrays go', async () => {
  const { code, stdout } = await world.run(['bench', '--seconds', '0.4']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^demo \(pid \d+\) at .*demo(\.sock)?\nLarge arrays go through \w/);
  expect(stdout).toMatch(/p50 +p99 +p99\.9\n {2}round trip +[\d.]+ [µm]s/);
  expect(stdout).toMatch(/\n {2}128 in flight +[\d,]+ +[█▏▎▍▌▋▊▉]+\n/);
  expect(stdout).toMatch(/ordinary +from alloc\n {3}1 MiB +[\d.]+ ms/);
});

posix('Ctrl-C ends it, with the exit code of an interrupt', async () => {
  const bench = world.start(['bench', '--seconds', '600']);
  await bench.printed(/Large arrays go/);
  bench.kill('SIGINT');
  const { code, stdout, stderr } = await bench.ended;
  expect(code).toBe(130);
  expect(stderr).toContain('The measurement was interrupted.');
  expect(stdout).not.toContain('Calls per second');
});

test('a time that is none is refused', async () => {
  for (const seconds of ['0', 'Infinity']) {
    const { code, stderr } = await world.run(['bench', '--seconds', seconds]);
    expect(code).toBe(2);
    expect(stderr).toContain('--seconds');
  }
});
