import { Drift, Noise } from '../../../../daemon/instruments/simulated/noise';

test('the same seed gives the same numbers, another one others', () => {
  const draw = (seed: number): number[] => {
    const noise = new Noise(seed);
    return [noise.even(), noise.gauss(), noise.gauss(), noise.below(1000)];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('Gaussian numbers have mean 0 and standard deviation 1', () => {
  const noise = new Noise(1);
  const values = Array.from({ length: 100_000 }, () => noise.gauss());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(Math.abs(variance - 1)).toBeLessThan(0.02);
});

test('a drift changes little in little time and keeps its spread in the long run', () => {
  const drift = new Drift(new Noise(3), 2, 1000);
  expect(drift.step(0)).toBe(0);
  const before = drift.step(1000);
  expect(Math.abs(drift.step(0.01) - before)).toBeLessThan(0.1);
  const values = Array.from({ length: 20_000 }, () => drift.step(5000));
  const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
  expect(variance).toBeGreaterThan(3.8);
  expect(variance).toBeLessThan(4.2);
});
