import { Photodiode } from '../../../../daemon/instruments/simulated/power-meter-model';
import { SimulatedPowerMeter } from '../../../../daemon/instruments/simulated/power-meter';
import { FakeClock } from '../fake-clock';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

/** From one value to the next, in the mean: slow drift doesn't count. */
const unrest = (values: readonly number[]): number =>
  values.slice(1).reduce((sum, value, index) => sum + Math.abs(value - (values[index] ?? 0)), 0) /
  values.length;

test('it opens without arguments and measures in real time', async () => {
  await using pm = await SimulatedPowerMeter.open();
  expect(pm.connected).toBe(true);
  await expect(pm.identity).resolves.toMatch(/^samebox,Simulated power meter,SIM-1,/);
  await expect(pm.readVoltage(2)).resolves.toBeCloseTo(0.25, 1);
});

test('the same seed at the same times gives the same readings', async () => {
  const read = async (seed: number): Promise<number> => {
    const own = new FakeClock();
    await using pm = await SimulatedPowerMeter.open({ seed, clock: own });
    return await own.run(pm.readVoltage(20));
  };
  const first = await read(4);
  await expect(read(4)).resolves.toBe(first);
  await expect(read(5)).resolves.not.toBe(first);
});

test('a reading takes 10 ms a sample', async () => {
  await using pm = await SimulatedPowerMeter.open({ clock });
  await clock.run(pm.identity);
  const start = clock.now();
  await clock.run(pm.readVoltage(60));
  expect(clock.now() - start).toBeCloseTo(600);
});

test('a range is set and read, and anything else is refused', async () => {
  await using pm = await SimulatedPowerMeter.open({ clock });
  pm.range = 3;
  await expect(clock.run(pm.range)).resolves.toBe(3);
  for (const range of [0, 6, 1.5, NaN]) expect(() => (pm.range = range)).toThrow(RangeError);
  await clock.run(pm.reset());
  await expect(clock.run(pm.range)).resolves.toBe(2);
});

test('light beyond full scale is cut off there', async () => {
  await using pm = await SimulatedPowerMeter.open({ clock });
  pm.range = 5;
  await expect(clock.run(pm.readVoltage())).resolves.toBeCloseTo(0.1, 9);
});

test('readings come as numbers at their interval until one leaves', async () => {
  await using pm = await SimulatedPowerMeter.open({ clock });
  const readings = pm.readings(50);
  const times: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    const { value } = await clock.run(readings.next());
    expect(typeof value).toBe('number');
    times.push(clock.now());
  }
  expect(times.slice(1).map((time, index) => Math.round(time - (times[index] ?? 0)))).toEqual([50, 50, 50]);
  await readings.return();
  expect(clock.pending).toBe(0);
});

test.each([0, -1, 1.5, 10_001, NaN, '3' as never])('%p samples are refused', async (samples) => {
  await using pm = await SimulatedPowerMeter.open({ clock });
  await expect(pm.readVoltage(samples)).rejects.toThrow(RangeError);
});

test('an interval shorter than a sample is refused', async () => {
  await using pm = await SimulatedPowerMeter.open({ clock });
  await expect(pm.readings(5).next()).rejects.toThrow(RangeError);
});

test('hum disturbs single samples and cancels in pairs', () => {
  const diode = new Photodiode(1);
  const singles = Array.from({ length: 100 }, (_, index) => diode.mean(1, index * 10, 1));
  const pairs = Array.from({ length: 100 }, (_, index) => diode.mean(2, 1000 + index * 20, 1));
  expect(unrest(singles)).toBeGreaterThan(5 * unrest(pairs));
});

test('a coarse range has coarse steps', () => {
  const step = 10 / (2 ** 15 - 1);
  const diode = new Photodiode(1);
  for (let index = 0; index < 20; index += 1) {
    const steps = diode.mean(1, index * 10, 10) / step;
    expect(steps).toBeCloseTo(Math.round(steps), 6);
  }
});
