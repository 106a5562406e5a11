import { curveLines, envelope } from '../../../client/cli/curve-plot';
import { pageText } from '../../../client/cli/live-screen';
import type { PageRow } from '../../../client/cli/live-screen';
import { factsLine, type LiveView, type Room } from '../../../client/cli/live-view';
import { LiveViews } from '../../../client/cli/live-views';
import { Pacing } from '../../../client/cli/pacing';
import { PLAIN } from '../../../client/cli/paint';
import { halfBlocks } from '../../../client/cli/picture/half-blocks';
import { RecentRate } from '../../../client/cli/rate';
import { textWidth } from '../../../client/cli/text-width';
import { NdArray } from '../../../src/values/nd-array';

const room = (more: Partial<Room> = {}): Room => ({
  width: 80,
  rows: 22,
  paint: PLAIN,
  now: 0,
  dropped: 0,
  ...more,
});
const drawer = halfBlocks(1);
const viewsOf = (): LiveViews => new LiveViews('cam.frames', 60_000, async () => drawer);
const texts = (page: readonly PageRow[]): string[] => page.map((row) => (typeof row === 'string' ? row : ''));

/** A frame that is dark but for one corner. */
function frame(width: number, height: number): NdArray {
  const data = new Uint16Array(width * height);
  for (let y = 0; y < height / 4; y++) data.fill(1000, y * width, y * width + width / 4);
  return new NdArray(data, [height, width]);
}

describe('a live picture', () => {
  test('it says how often, what, its extremes and what was dropped, with a bar beneath', async () => {
    const views = viewsOf();
    let view: LiveView | undefined;
    for (let at = 0; at <= 40; at++) view = await views.show(frame(64, 64), room({ now: at * 50 }));
    const page = texts(view?.page(room({ now: 2000, dropped: 3, width: 100 })) ?? []);
    expect(page[0]).toBe(' cam.frames  20.0 fps · 64x64 uint16 · min 0 · max 1000 · 41 frames · 3 dropped');
    expect(page.at(-1)).toMatch(/^ 0 +\.+:+.*@+ 1000$/);
  });

  test('it is the right way up, in proportion, and as high as there is room', async () => {
    const view = await viewsOf().show(frame(64, 64), room());
    const page = texts(view.page(room()));
    expect(page).toHaveLength(22);
    const lines = page.slice(1, -1);
    expect(lines).toHaveLength(20);
    expect(lines[0]).toBe(` ${'@'.repeat(10)}${' '.repeat(30)}`);
    expect(lines[4]).toBe(lines[0]);
    expect(lines[5]?.trim()).toBe('');
  });

  test.each([
    [80, 22],
    [120, 38],
    [40, 10],
    [10, 3],
    [3, 1],
  ])('on a terminal of %i columns it stays within %i rows', async (width, rows) => {
    for (const [across, down] of [
      [64, 64],
      [512, 16],
      [16, 512],
    ] as const) {
      const view = await viewsOf().show(frame(across, down), room({ width, rows }));
      const page = texts(view.page(room({ width, rows })));
      expect(page.length).toBeLessThanOrEqual(Math.max(2, rows));
      expect(Math.max(...page.slice(1).map(textWidth))).toBeLessThanOrEqual(Math.max(width, 6));
    }
  });

  test('on a terminal that became larger the last frame is drawn larger', async () => {
    const view = await viewsOf().show(frame(64, 64), room({ width: 40, rows: 10 }));
    expect(view.page(room({ width: 40, rows: 10 }))).toHaveLength(10);
    expect(view.page(room())).toHaveLength(22);
  });

  test('the frame is copied: its memory may be taken back at once', async () => {
    const data = new Uint16Array(64 * 64).fill(7);
    data.fill(1000, 0, 64 * 16);
    const view = await viewsOf().show(new NdArray(data, [64, 64]), room());
    const before = view.page(room());
    data.fill(0);
    expect(view.page(room())).toEqual(before);
  });

  test('a frame without pixels has a line and no picture', async () => {
    const view = await viewsOf().show(new NdArray(new Uint8Array(0), [0, 5]), room());
    expect(texts(view.page(room()))).toEqual([' cam.frames  0x5 uint8 · no numbers · 1 frame · 0 dropped']);
  });

  test('of complex numbers the magnitudes are drawn', async () => {
    const array = new NdArray(Float32Array.of(3, 4, 0, 0, 6, 8, 0, 1), [2, 2], 'complex64');
    const [line] = texts((await viewsOf().show(array, room())).page(room()));
    expect(line).toContain('2x2 |complex64| · min 0 · max 10');
  });
});

describe('other items', () => {
  test('a one-dimensional array, or one row of a picture, is plotted over its index', async () => {
    const ramp = Float64Array.from({ length: 1001 }, (_, at) => at / 100);
    for (const item of [ramp, new NdArray(ramp, [1, 1001])]) {
      const page = texts((await viewsOf().show(item, room())).page(room()));
      expect(page).toHaveLength(22);
      expect(page[0]).toContain('float64 · min 0 · max 10');
      expect(page[1]).toMatch(/^ *10 ┤/);
      expect(page.at(-1)).toMatch(/^ +0 .*200.*400.*600.*800.*1000$/);
    }
  });

  test('a stream that turns from numbers to pictures is drawn as what came last', async () => {
    const views = viewsOf();
    const numbers = await views.show(5, room());
    const picture = await views.show(frame(8, 8), room());
    expect([numbers.moves, picture.moves]).toEqual([true, false]);
    expect(await views.show(true, room())).toBe(numbers);
  });

  test('what can not be drawn is refused by what it is', async () => {
    await expect(viewsOf().show('text', room())).rejects.toThrow(
      'cam.frames gives a string, and --plot shows numbers',
    );
    await expect(viewsOf().show(new NdArray(new Uint8Array(8), [2, 2, 2]), room())).rejects.toThrow(
      'arrays of shape (2, 2, 2)',
    );
  });
});

describe('a curve', () => {
  test('of many numbers in a column the least and the greatest are drawn, in their order', () => {
    const values = Float64Array.from({ length: 1000 }, (_, at) => (at === 500 ? 9 : at === 501 ? -9 : 0));
    const points = envelope(values, 10);
    expect(points).toHaveLength(20);
    expect(points.filter(({ value }) => value !== 0).map(({ value }) => value)).toEqual([9, -9]);
    expect(points.every(({ x }, at) => at === 0 || x >= (points[at - 1]?.x ?? 0))).toBe(true);
  });

  test('a NaN among many numbers hides none of them', () => {
    const values = Float64Array.from({ length: 100 }, (_, at) => (at === 0 ? NaN : at));
    expect(envelope(values, 10)[0]?.value).toBe(1);
  });

  test('it is exactly as large as it was asked to be, even if it is empty', () => {
    for (const values of [new Float64Array(0), Float64Array.of(1), new Uint16Array(100_000)])
      expect(curveLines(values, { width: 60, height: 12, paint: PLAIN })).toHaveLength(12);
  });
});

describe('the line above', () => {
  const facts = ['19.9/s', '1024x1024 uint16', 'min 1'];

  test('where it is narrow the last facts leave, at last that nothing was dropped', () => {
    const lines = [80, 50, 40, 20].map((width) => factsLine('cam.frames', facts, room({ width })));
    expect(lines).toEqual([
      ' cam.frames  19.9/s · 1024x1024 uint16 · min 1 · 0 dropped',
      ' cam.frames  19.9/s · 1024x1024 uint16 · 0 dropped',
      ' cam.frames  19.9/s · 1024x1024 uint16',
      ' cam.frames  19.9/s',
    ]);
  });

  test('what was dropped is always told', () => {
    expect(factsLine('cam.frames', facts, room({ width: 34, dropped: 7 }))).toBe(
      ' cam.frames  19.9/s · 7 dropped',
    );
  });
});

describe('the rate', () => {
  test('it is that of the last two seconds, and falls when nothing comes', () => {
    const rate = new RecentRate();
    expect(rate.text(0, '/s')).toEqual([]);
    for (let now = 0; now <= 5000; now += 10) rate.add(now);
    for (let now = 5100; now <= 7100; now += 100) rate.add(now);
    expect(rate.perSecond(7100)).toBeCloseTo(10);
    expect(rate.perSecond(17_100)).toBeLessThan(0.2);
  });

  test('of what comes every five seconds it is told too', () => {
    const rate = new RecentRate();
    for (let now = 0; now <= 20_000; now += 5000) rate.add(now);
    expect(rate.text(20_000, ' frames/s')).toEqual(['0.2 frames/s']);
  });
});

describe('drawing', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('it is done 20 times a second at most, however often the page changes', () => {
    const draw = jest.fn(() => false);
    const pacing = new Pacing({ draw });
    for (let ms = 0; ms < 1000; ms++) {
      pacing.changed();
      jest.advanceTimersByTime(1);
    }
    expect(draw.mock.calls.length).toBeGreaterThan(15);
    expect(draw.mock.calls.length).toBeLessThanOrEqual(21);
    jest.advanceTimersByTime(1000);
    const last = draw.mock.calls.length;
    jest.advanceTimersByTime(10_000);
    expect(draw).toHaveBeenCalledTimes(last);
  });

  test('a page that moves by itself is drawn ten times a second until it is stopped', () => {
    const draw = jest.fn(() => true);
    const pacing = new Pacing({ draw });
    pacing.changed();
    jest.advanceTimersByTime(1000);
    expect(draw.mock.calls.length).toBeGreaterThanOrEqual(10);
    expect(draw.mock.calls.length).toBeLessThanOrEqual(11);
    pacing.stop();
    pacing.changed();
    pacing.now();
    jest.advanceTimersByTime(1000);
    expect(draw.mock.calls.length).toBeLessThanOrEqual(11);
  });

  test('drawing that takes long is done half of the time at most', () => {
    const draw = jest.fn(() => {
      jest.advanceTimersByTime(200);
      return false;
    });
    const pacing = new Pacing({ draw });
    pacing.now();
    pacing.changed();
    jest.advanceTimersByTime(190);
    expect(draw).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(20);
    expect(draw).toHaveBeenCalledTimes(2);
    pacing.stop();
  });

  test('nothing is drawn for a terminal that is behind, until it has caught up', () => {
    const draw = jest.fn(() => false);
    let caughtUp: (() => void) | undefined;
    const pacing = new Pacing({
      draw,
      behind: (then) => (caughtUp === undefined ? ((caughtUp = then), true) : false),
    });
    pacing.changed();
    jest.advanceTimersByTime(500);
    expect(draw).not.toHaveBeenCalled();
    caughtUp?.();
    jest.advanceTimersByTime(500);
    expect(draw).toHaveBeenCalledTimes(1);
  });
});

describe('a page with a picture', () => {
  test('room is made for it first, and the cursor ends beneath it', () => {
    expect(pageText(['above', { rows: 3, escape: '<picture>' }, 'below'])).toBe(
      'above\n\n\n\n\u001B[3A\u001B7<picture>\u001B8\n\n\nbelow\n',
    );
  });
});
