// Who is named when the event loop stood still, on fake timers.
import { LoopWatch } from '../../../daemon/loop-watch';

let now: number;
let running: string[];
let said: [number, readonly string[]][];
let watch: LoopWatch<string>;

beforeEach(() => {
  jest.useFakeTimers();
  now = 0;
  running = [];
  said = [];
  watch = new LoopWatch<string>(
    () => running,
    (milliseconds, calls) => said.push([milliseconds, calls]),
    { now: () => now },
  );
});
afterEach(() => {
  watch.stop();
  jest.useRealTimers();
});

/** The next tick comes, so many milliseconds late. */
function tick(late = 0): void {
  now += 100 + late;
  jest.advanceTimersByTime(100);
}

test('calls that were under way when the loop stood still are named, also if they are done by then', () => {
  watch.begin('pm.read');
  tick(1000);
  expect(said).toEqual([[1000, ['pm.read']]]);
});

test('a loop that is a little late names nobody', () => {
  watch.begin('pm.read');
  running = ['pm.read'];
  for (const late of [0, 5, 150, 200]) tick(late);
  expect(said).toEqual([]);
  tick(201);
  expect(said).toEqual([[201, ['pm.read']]]);
});

test('who was named for it is not named again', () => {
  watch.begin('pm.read');
  now += 1100;
  watch.settle();
  jest.advanceTimersByTime(100);
  expect(said).toEqual([]);
});

test('an idle daemon has no timer', () => {
  expect(jest.getTimerCount()).toBe(0);
  watch.begin('pm.read');
  running = ['pm.read'];
  tick();
  expect(jest.getTimerCount()).toBe(1);
  running = [];
  tick();
  expect(jest.getTimerCount()).toBe(0);
  watch.begin('pm.read');
  expect(jest.getTimerCount()).toBe(1);
  watch.stop();
  expect(jest.getTimerCount()).toBe(0);
});
