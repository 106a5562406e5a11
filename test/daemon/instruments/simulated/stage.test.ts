import { callContext, runInCall, type CallContext } from '../../../../daemon/call-context';
import { SimulatedStage } from '../../../../daemon/instruments/simulated/stage';
import { FakeClock } from '../fake-clock';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

function call(signal: AbortSignal, reports: number[] = []): CallContext {
  return {
    target: 'stage',
    method: 'moveTo',
    session: { id: 1, name: 'test', pid: 1 },
    signal,
    deadline: Infinity,
    remaining: () => Infinity,
    alloc: callContext().alloc,
    progress: (fraction) => void reports.push(fraction),
    waitUntil: () => undefined,
  };
}

const NEVER = new AbortController().signal;

test('it opens without arguments and stands at rest', async () => {
  await using stage = await SimulatedStage.open();
  await expect(stage.position).resolves.toBeCloseTo(0, 1);
  await expect(stage.moving).resolves.toBe(false);
});

test('a move takes the time of its way, tells how far it is, and ends within backlash and noise', async () => {
  await using stage = await SimulatedStage.open({ clock });
  const reports: number[] = [];
  const start = clock.now();
  const reached = await clock.run(runInCall(call(NEVER, reports), () => stage.moveTo(25)));
  expect(Math.abs(reached - 25)).toBeLessThan(0.004);
  expect(clock.now() - start).toBeGreaterThan(2700);
  expect(clock.now() - start).toBeLessThan(2900);
  expect(reports.length).toBeGreaterThan(20);
  expect(reports.at(-1)).toBe(1);
  expect(reports.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
});

test('coming from the other side it stands elsewhere by the backlash', async () => {
  await using stage = await SimulatedStage.open({ clock });
  const up = await clock.run(stage.moveTo(10));
  await clock.run(stage.moveTo(20));
  const down = await clock.run(stage.moveTo(10));
  expect(down - up).toBeGreaterThan(0.001);
  expect(down - up).toBeLessThan(0.005);
});

test('a cancelled move brakes, comes to rest and rejects with the reason', async () => {
  await using stage = await SimulatedStage.open({ clock });
  const cancel = new AbortController();
  const move = runInCall(call(cancel.signal), () => stage.moveTo(50));
  move.catch(() => undefined);
  await clock.advance(1000);
  cancel.abort(new Error('cancelled'));
  await expect(clock.run(move)).rejects.toThrow('cancelled');
  await expect(clock.run(stage.moving)).resolves.toBe(false);
  const position = await clock.run(stage.position);
  expect(position).toBeGreaterThan(8);
  expect(position).toBeLessThan(12);
  await expect(clock.run(stage.moveTo(position))).resolves.toBeCloseTo(position, 1);
});

test('stop works while a move is under way, which then fails and says where it stands', async () => {
  await using stage = await SimulatedStage.open({ clock });
  const move = stage.moveTo(50);
  move.catch(() => undefined);
  await clock.advance(1000);
  await expect(clock.run(stage.moving)).resolves.toBe(true);
  const stopped = await clock.run(stage.stop());
  expect(stopped).toBeLessThan(12);
  await expect(clock.run(move)).rejects.toMatchObject({
    name: 'StageError',
    target: 50,
    message: expect.stringMatching(/^stopped at .* on the way to 50 mm/),
  });
});

test('a second move at the same time is refused, and the first goes on', async () => {
  await using stage = await SimulatedStage.open({ clock });
  const first = stage.moveTo(5);
  await expect(stage.moveTo(6)).rejects.toThrow('on its way to 5 mm: wait for it, or stop() it first');
  await expect(clock.run(first)).resolves.toBeCloseTo(5, 1);
});

test('speed is set, kept and limited', async () => {
  await using stage = await SimulatedStage.open({ clock });
  stage.speed = 1;
  await expect(clock.run(stage.speed)).resolves.toBe(1);
  const start = clock.now();
  await clock.run(stage.moveTo(2));
  expect(clock.now() - start).toBeGreaterThan(2000);
  for (const speed of [0, 11, NaN]) expect(() => (stage.speed = speed)).toThrow(RangeError);
});

test.each([-0.1, 50.1, NaN, Infinity])('a position of %p mm is refused', async (position) => {
  await using stage = await SimulatedStage.open({ clock });
  await expect(stage.moveTo(position)).rejects.toThrow(RangeError);
});
