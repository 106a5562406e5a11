import { coloured, colourOf, NO_VALUE } from '../../../../client/cli/picture/colormap';
import { extremes, resample } from '../../../../client/cli/picture/image';
import { levelsOf, SteadyLevels } from '../../../../client/cli/picture/levels';

const noise = (seed: number) => (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;

describe('an image in another size', () => {
  test('made smaller, a pixel is the mean of what is beneath it', () => {
    const values = Uint16Array.of(0, 2, 10, 10, 4, 6, 10, 10, 1, 1, 8, 8, 1, 1, 8, 12);
    expect([...resample({ width: 4, height: 4, values }, 2, 2).values]).toEqual([3, 10, 1, 9]);
  });

  test('made larger, every value becomes a rectangle', () => {
    const made = resample({ width: 2, height: 1, values: Float32Array.of(1, 2) }, 4, 2);
    expect([...made.values]).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  });

  test('sizes that do not divide each other use every value once', () => {
    const made = resample({ width: 5, height: 1, values: Float64Array.of(1, 2, 3, 4, 5) }, 2, 1);
    expect([...made.values]).toEqual([1.5, 4]);
  });

  test('what is not finite is left out; a pixel of nothing else has no value', () => {
    const values = Float32Array.of(NaN, 4, Infinity, -Infinity);
    expect([...resample({ width: 4, height: 1, values }, 2, 1).values]).toEqual([4, NaN]);
  });

  test('of a very large image some values are read, evenly spread', () => {
    const side = 4096;
    const values = Uint8Array.from({ length: side * side }, (_, at) => (at % side < side / 2 ? 10 : 30));
    expect([...resample({ width: side, height: side, values }, 2, 1).values]).toEqual([10, 30]);
    expect(extremes(values)).toEqual({ low: 10, high: 30, sampled: false });
    expect(extremes(new Uint8Array(2 ** 24 + 1)).sampled).toBe(true);
  });

  test('extremes are those of the finite numbers', () => {
    expect(extremes(Float32Array.of(3, NaN, Infinity, -2))).toEqual({ low: -2, high: 3, sampled: false });
    expect(extremes(Float32Array.of(NaN))).toEqual({ low: NaN, high: NaN, sampled: false });
  });
});

describe('levels', () => {
  const image = (values: Float64Array) => ({ width: values.length, height: 1, values });

  test('a few hot pixels do not dim the rest', () => {
    const values = Float64Array.from({ length: 5000 }, (_, at) => at % 100);
    values.set([1e6, 1e6, 1e6], 7);
    expect(levelsOf(image(values))).toEqual({ low: 0, high: 99 });
    expect(levelsOf(image(Float64Array.of(5, 9)))).toEqual({ low: 5, high: 9 });
    expect(levelsOf(image(Float64Array.of(NaN)))).toEqual({ low: 0, high: 0 });
  });

  test('noise hardly moves them from frame to frame', () => {
    const random = noise(7);
    const levels = new SteadyLevels();
    const highs = Array.from({ length: 60 }, () =>
      levels.follow(image(Float64Array.from({ length: 400 }, () => 100 + random() * 10))),
    ).map(({ high }) => high);
    const steps = highs.slice(1).map((high, at) => Math.abs(high - (highs[at] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(0.05 * 10);
  });

  test('they follow a slow drift, and jump when the light is switched', () => {
    const levels = new SteadyLevels();
    levels.follow(image(Float64Array.of(0, 100)));
    expect(levels.follow(image(Float64Array.of(0, 120))).high).toBe(105);
    expect(levels.follow(image(Float64Array.of(0, 5000)))).toEqual({ low: 0, high: 5000 });
    expect(levels.follow(image(Float64Array.of(6000, 8000)))).toEqual({ low: 6000, high: 8000 });
  });
});

describe('colours', () => {
  test('the least is the dark end of viridis, the greatest the bright one, no number is grey', () => {
    const values = Float64Array.of(-5, 0, 5, 10, 99, NaN);
    const { pixels } = coloured({ width: 6, height: 1, values }, { low: 0, high: 10 });
    expect([...pixels]).toEqual([0, 0, 127, 254, 254, NO_VALUE]);
    expect(colourOf(0)).toEqual([68, 1, 84]);
    expect(colourOf(254)).toEqual([253, 231, 37]);
    expect(colourOf(NO_VALUE)).toEqual([128, 128, 128]);
  });

  test('equal numbers are all dark', () => {
    const { pixels } = coloured({ width: 2, height: 1, values: Float64Array.of(3, 3) }, { low: 3, high: 3 });
    expect([...pixels]).toEqual([0, 0]);
  });

  test('the map grows brighter all the way', () => {
    const light = Array.from({ length: 255 }, (_, index) => {
      const [red, green, blue] = colourOf(index);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    expect(light.every((one, at) => at === 0 || one > (light[at - 1] ?? 0) - 1)).toBe(true);
    expect(light[254]).toBeGreaterThan(200);
  });
});
