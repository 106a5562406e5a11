import { PLAIN } from '../../../client/cli/paint';
import { plotLines, type Sample } from '../../../client/cli/plot';
import { PlotHistory } from '../../../client/cli/plot-history';
import { barLine, ProgressBar } from '../../../client/cli/progress-bar';
import { textWidth } from '../../../client/cli/text-width';
import { ticks } from '../../../client/cli/ticks';

const box = { width: 60, height: 12, now: 10_000, span: 10_000, paint: PLAIN };
const ramp: Sample[] = Array.from({ length: 11 }, (_, at) => ({ time: at * 1000, value: at }));

describe('the plot', () => {
  test('a rising line runs from the lower left to the upper right', () => {
    const lines = plotLines(ramp, box);
    const dots = lines.slice(0, 10).map((line) => line.replace(/^[^│┤]*[│┤]/, ''));
    expect(dots[0]?.trimEnd().at(-1)).not.toBe('\u2800');
    expect(dots[9]?.[0]).not.toBe('\u2800');
    expect(dots[0]?.[0]).toBe('\u2800');
  });

  test('it is exactly as large as it was asked to be', () => {
    for (const [width, height] of [
      [60, 12],
      [20, 6],
      [200, 50],
    ] as const) {
      const lines = plotLines(ramp, { ...box, width, height });
      expect(lines).toHaveLength(height);
      expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
    }
  });

  test('its axes are labelled with round numbers', () => {
    const lines = plotLines(ramp, box);
    expect(lines[0]).toMatch(/^ *10 ┤/);
    expect(lines[9]).toMatch(/^ *0 ┤/);
    expect(lines.at(-1)).toMatch(/-10 s .*-5 s .*now$/);
  });

  test('equal values, no values, and values that are no numbers are drawn without complaint', () => {
    const flat = plotLines(
      [
        { time: 1, value: 5 },
        { time: 9000, value: 5 },
      ],
      box,
    );
    expect(flat.some((line) => /[\u2801-\u28FF]/.test(line))).toBe(true);
    expect(plotLines([], box)).toHaveLength(12);
    const gap = [
      { time: 0, value: 1 },
      { time: 5000, value: NaN },
      { time: 10_000, value: 1 },
    ];
    expect(
      plotLines(gap, box)
        .join('')
        .match(/[\u2801-\u28FF]/g)?.length,
    ).toBe(2);
  });

  test('marks stand at 1, 2 or 5 times a power of ten, with the same decimals', () => {
    expect(ticks(0.2488, 0.2502, 5).labels.map(({ text }) => text)).toEqual([
      '0.2485',
      '0.2490',
      '0.2495',
      '0.2500',
      '0.2505',
    ]);
    expect(ticks(0, 10, 2).labels.map(({ value }) => value)).toEqual([0, 5, 10]);
    expect(ticks(-3, 4, 4).labels.map(({ text }) => text)).toEqual(['-4', '-2', '0', '2', '4']);
    expect(ticks(0, 3e9, 3).labels.map(({ text }) => text)[1]).toBe('1.00e+9');
  });

  test('the history keeps a window, and counts and remembers extremes beyond it', () => {
    const history = new PlotHistory(1000);
    for (let at = 0; at <= 50; at++) history.add(at * 100, at === 0 ? 99 : at);
    expect(history.count).toBe(51);
    expect([history.low, history.high, history.last]).toEqual([1, 99, 50]);
    expect(history.samples[0]?.time).toBeGreaterThanOrEqual(3900);
    expect(history.rate(5000)).toBeCloseTo(10);
    expect(history.span(5000, 500)).toBe(1000);
  });
});

describe('the progress bar', () => {
  test('it fits the terminal and says how far, what and how long', () => {
    expect(barLine(0.5, '10.32 mm', 1.24, 80, PLAIN)).toBe(
      ` ${'█'.repeat(20)}${'░'.repeat(20)}  50 %  10.32 mm  1.2 s`,
    );
    for (const width of [20, 30, 50, 120]) {
      expect(
        textWidth(barLine(0.333, 'a message that is rather long for it', 12, width, PLAIN)),
      ).toBeLessThanOrEqual(width);
    }
  });

  test('fractions outside of 0 to 1 are shown as the nearer end', () => {
    expect(barLine(7, '', 0, 80, PLAIN)).toContain('100 %');
    expect(barLine(-1, '', 0, 80, PLAIN)).toContain(' 0 %');
    expect(barLine(NaN, '', 0, 80, PLAIN)).toContain(' 0 %');
  });

  test('it is drawn at most every 40 ms, and leaves nothing behind', () => {
    let now = 0;
    const written: string[] = [];
    const bar = new ProgressBar({ paint: PLAIN, width: 80, write: (text) => written.push(text) }, () => now);
    for (now = 0; now < 100; now += 10) bar.show(now / 200);
    expect(written).toHaveLength(3);
    bar.clear();
    expect(written.at(-1)).toBe('\r\u001B[2K\u001B[?25h');
    bar.clear();
    expect(written).toHaveLength(4);
  });

  test('a call that reports nothing has no bar', () => {
    const written: string[] = [];
    new ProgressBar({ paint: PLAIN, width: 80, write: (text) => written.push(text) }).clear();
    expect(written).toEqual([]);
  });
});
