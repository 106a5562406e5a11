// The loop that is kept hot, on real turns of the event loop and a clock of its own.
import { setImmediate as turn } from 'node:timers/promises';
import { Heat, HOT_MS } from '../../../src/latency/heat';
import { HotLoop, type HotSource } from '../../../src/latency/hot-loop';

const clock = { time: 1000, now: () => clock.time };

class Source implements HotSource {
  looks = 0;
  rests = 0;
  waiting = 0;
  late = 0;
  look(): boolean {
    this.looks++;
    const came = this.waiting > 0;
    this.waiting = 0;
    return came;
  }
  rest(): boolean {
    this.rests++;
    this.waiting = this.late;
    this.late = 0;
    return this.waiting === 0;
  }
}

let loop: HotLoop;
let source: Source;
beforeEach(() => {
  loop = new HotLoop(new Heat(1), clock, () => 0);
  source = new Source();
  loop.add(source);
});

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}

test('nothing is looked at before something happens', async () => {
  await turns(5);
  expect(source).toMatchObject({ looks: 0, rests: 0 });
});

test('after activity every turn looks, until the moment is over; then the source rests, and no turn is taken any more', async () => {
  loop.activity();
  await turns(10);
  expect(source.looks).toBeGreaterThanOrEqual(9);
  expect(source.rests).toBe(0);
  clock.time += HOT_MS + 1;
  await turns(2);
  const { looks } = source;
  expect(source.rests).toBe(1);
  await turns(10);
  expect(source.looks).toBe(looks);
});

test('what a look finds keeps the loop hot', async () => {
  loop.activity();
  for (let time = 0; time < 10; time++) {
    clock.time += HOT_MS / 2;
    source.waiting = 1;
    await turns(2);
  }
  expect(source.rests).toBe(0);
});

test('what came just before the sleep is looked at before it', async () => {
  loop.activity();
  clock.time += HOT_MS + 1;
  source.late = 1;
  await turns(3);
  expect(source).toMatchObject({ waiting: 0, rests: 1 });
  clock.time += HOT_MS + 1;
  await turns(2);
  expect(source.rests).toBe(2);
});

test('a source that is taken away is not looked at', async () => {
  loop.remove(source);
  loop.activity();
  await turns(3);
  expect(source.looks).toBe(0);
  clock.time += HOT_MS + 1;
  await turns(2);
});

describe('turns that took long', () => {
  const long = async (switches: number): Promise<number> => {
    let preempted = 7;
    const crowded = new HotLoop(new Heat(1), clock, () => preempted);
    crowded.add(source);
    crowded.activity();
    await turns(2);
    for (let time = 0; time < 10; time++) {
      clock.time += 1;
      preempted += switches;
      crowded.activity();
      await turns(2);
    }
    return source.rests;
  };

  test('since another process had the core make the loop sleep', async () => {
    expect(await long(1)).toBeGreaterThan(0);
  });

  test('since this process had something to do do not', async () => {
    expect(await long(0)).toBe(0);
    clock.time += HOT_MS + 1;
    await turns(2);
  });
});
