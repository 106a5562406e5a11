import { SimulatedCamera } from '../../../../daemon/instruments/simulated/camera';
import { CameraModel } from '../../../../daemon/instruments/simulated/camera-model';
import { Noise } from '../../../../daemon/instruments/simulated/noise';
import { SATURATION, SIZE, SpotImage, type Scene } from '../../../../daemon/instruments/simulated/spot-image';
import { FakeClock } from '../fake-clock';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

const SCENE: Scene = { x: 500, y: 400, sigmaX: 60, sigmaY: 45, peak: 20_000, stray: 40, gain: 1 };

/** jest's own comparison takes seconds for a frame. */
const same = (one: Uint16Array | undefined, other: Uint16Array | undefined): boolean =>
  one !== undefined && other !== undefined && one.every((value, index) => value === other[index]);

function statistics(values: ArrayLike<number>): { mean: number; sigma: number } {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return { mean, sigma: Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) };
}

test('it opens without arguments and takes a frame', async () => {
  await using cam = await SimulatedCamera.open();
  const frame = await cam.snap();
  expect(frame.shape).toEqual([1024, 1024]);
  expect(frame.dtype).toBe('uint16');
  expect(frame.at(512, 512)).toBeGreaterThan(20_000);
});

test('a frame takes its exposure and the readout', async () => {
  await using cam = await SimulatedCamera.open({ clock });
  cam.exposure = 100;
  await expect(clock.run(cam.exposure)).resolves.toBe(100);
  const start = clock.now();
  await clock.run(cam.snap());
  expect(clock.now() - start).toBeCloseTo(108);
});

test('longer exposure and higher gain give more counts, up to saturation', async () => {
  await using cam = await SimulatedCamera.open({ clock });
  const brightest = async (): Promise<number> => {
    const { data } = await clock.run(cam.snap());
    return data.reduce((most, value) => Math.max(most, value), 0);
  };
  cam.exposure = 2;
  const dim = await brightest();
  cam.gain = 4;
  expect(await brightest()).toBeGreaterThan(3 * dim);
  cam.exposure = 200;
  expect(await brightest()).toBe(SATURATION);
});

test('settings outside of their limits are refused', async () => {
  await using cam = await SimulatedCamera.open({ clock });
  for (const exposure of [0, 1001, NaN]) expect(() => (cam.exposure = exposure)).toThrow(RangeError);
  for (const gain of [0, 9, NaN]) expect(() => (cam.gain = gain)).toThrow(RangeError);
  expect(() => cam.frames(0)).toThrow(RangeError);
});

test('frames come at their rate, each in an array of its own, until one leaves', async () => {
  await using cam = await SimulatedCamera.open({ clock });
  const frames = cam.frames(10)[Symbol.asyncIterator]();
  const first = await clock.run(frames.next());
  const start = clock.now();
  const second = await clock.run(frames.next());
  expect(clock.now() - start).toBeCloseTo(100);
  if (first.done === true || second.done === true) throw new Error('the stream ended');
  expect(first.value.data === second.value.data).toBe(false);
  expect(same(first.value.data, second.value.data)).toBe(false);
  await frames.return?.();
  expect(clock.pending).toBe(0);
});

test('two who read at one rate get the same frames, which are taken once', async () => {
  await using cam = await SimulatedCamera.open({ clock });
  const one = cam.frames(10)[Symbol.asyncIterator]();
  const other = cam.frames(10)[Symbol.asyncIterator]();
  const [mine, theirs] = await clock.run(Promise.all([one.next(), other.next()]));
  if (mine.done === true || theirs.done === true) throw new Error('the stream ended');
  expect(mine.value).toBe(theirs.value);
  await one.return?.();
  await other.return?.();
  expect(clock.pending).toBe(0);
});

test('a dark pixel has the noise of its electrons and of the readout', () => {
  const frame = new SpotImage(new Noise(1)).draw(SCENE);
  const { mean, sigma } = statistics(frame.subarray(0, 100 * SIZE));
  expect(mean).toBeCloseTo(1040, 0);
  expect(sigma).toBeGreaterThan(Math.sqrt(40 + 64) * 0.95);
  expect(sigma).toBeLessThan(Math.sqrt(40 + 64) * 1.05);
});

test('the spot stands where it is put, with its width', () => {
  const frame = new SpotImage(new Noise(1)).draw(SCENE);
  let sum = 0;
  let alongX = 0;
  let alongY = 0;
  let wide = 0;
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      if (Math.abs(x - 500) > 240 || Math.abs(y - 400) > 180) continue;
      const light = (frame[y * SIZE + x] as number) - 1040;
      sum += light;
      alongX += light * x;
      alongY += light * y;
      wide += light * (x - 500) ** 2;
    }
  }
  expect(alongX / sum).toBeCloseTo(500, 0);
  expect(alongY / sum).toBeCloseTo(400, 0);
  expect(Math.sqrt(wide / sum)).toBeCloseTo(60, 0);
});

test('a spot at the edge or outside of the picture is cut there', () => {
  const image = new SpotImage(new Noise(1));
  expect(image.draw({ ...SCENE, x: -5, y: 1030 }).length).toBe(SIZE * SIZE);
  expect(image.draw({ ...SCENE, x: 9000, y: -9000 }).length).toBe(SIZE * SIZE);
});

test('the same seed gives the same frames, and old ones are forgotten', () => {
  const model = new CameraModel(3);
  const twin = new CameraModel(3);
  for (let count = 0; count < 5; count += 1) {
    model.receive('TRIG?', count * 50);
    twin.receive('TRIG?', count * 50);
  }
  expect(same(model.fetch(5), twin.fetch(5))).toBe(true);
  expect(() => model.fetch(1)).toThrow("frame 1 is not in the camera's memory");
});
