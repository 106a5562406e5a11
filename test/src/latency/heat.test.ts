// How long a loop is kept hot.
import { BRIEF_MS, Heat, HOT_MS } from '../../../src/latency/heat';

/** Looks every 10 us from `start` on, and tells for how many milliseconds that went on. */
function lookedFor(heat: Heat, start: number): number {
  heat.begin(start);
  let now = start;
  while (heat.hot(now)) now += 0.01;
  return now - start;
}

test('after something came the loop is hot for a moment, and then cold', () => {
  const heat = new Heat(1);
  heat.begin(100);
  expect(heat.hot(100)).toBe(false);
  heat.touch(100);
  expect(lookedFor(heat, 100)).toBeCloseTo(HOT_MS, 1);
  expect(heat.hot(10_000)).toBe(false);
});

test('each thing that comes begins the moment anew', () => {
  const heat = new Heat(1);
  heat.begin(0);
  for (let now = 0; now < 100; now += HOT_MS / 2) {
    expect(now === 0 || heat.hot(now)).toBe(true);
    heat.touch(now);
  }
});

test('where looking was in vain sixteen times, it becomes brief, and long again once that would have paid', () => {
  const heat = new Heat(1);
  const seldom = (start: number): number => {
    heat.touch(start); // A call,
    heat.touch(start + BRIEF_MS / 2); // its answer, and a long pause.
    return lookedFor(heat, start + BRIEF_MS / 2);
  };
  for (let time = 1; time < 16; time++) expect(seldom(100 * time)).toBeCloseTo(HOT_MS, 1);
  expect(seldom(1600)).toBeCloseTo(BRIEF_MS, 1);
  expect(seldom(1700)).toBeCloseTo(BRIEF_MS, 1);
  heat.touch(1700 + BRIEF_MS / 2 + HOT_MS / 2);
  expect(lookedFor(heat, 1701)).toBeGreaterThan(HOT_MS / 2);
  expect(seldom(1800)).toBeCloseTo(HOT_MS, 1);
});

test('looking takes no more than its share of the time', () => {
  const heat = new Heat(0.25);
  let spent = 0;
  // Something comes every millisecond for ten seconds, so that the loop would always be hot.
  for (let now = 1; now < 10_000; now++) {
    heat.touch(now);
    heat.begin(now);
    for (let look = now; look < now + 1 && heat.hot(look); look += 0.05) spent += 0.05;
  }
  expect(spent / 10_000).toBeGreaterThan(0.2);
  expect(spent / 10_000).toBeLessThan(0.3);
});

test('with no share at all the loop is never hot', () => {
  const heat = new Heat(0);
  heat.begin(1000);
  heat.touch(1000);
  expect(heat.hot(1000)).toBe(false);
});

test('where another process needed the core the loop pauses, longer each time, and forgets that after a quiet while', () => {
  const heat = new Heat(1);
  const coldFor = (start: number): number => {
    heat.preempted(start, 8);
    let now = start;
    for (heat.touch(now); !heat.hot(now); now += 1) heat.touch(now);
    return now - start;
  };
  expect([1000, 2000, 3000, 4000, 6000, 9000].map(coldFor)).toEqual([50, 100, 200, 400, 800, 1600]);
  expect(coldFor(11_000)).toBe(1600);
  heat.touch(20_000);
  expect(heat.hot(20_000)).toBe(true);
  expect(coldFor(21_000)).toBe(50);
});

test('what takes the core now and then, as the threads of V8 do, makes nobody pause', () => {
  const heat = new Heat(1);
  for (let now = 1000; now < 11_000; now += 20) {
    heat.touch(now);
    heat.preempted(now, 2);
    expect(heat.hot(now)).toBe(true);
  }
});

test('what takes half of the time makes it pause soon', () => {
  const heat = new Heat(1);
  let now = 1000;
  do {
    now += 8;
    heat.touch(now);
    heat.preempted(now, 4);
  } while (heat.hot(now));
  expect(now).toBeLessThan(1040);
});
