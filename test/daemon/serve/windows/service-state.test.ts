// What a Windows service tells its manager, on a clock that is set by hand.
import { PROGRESS_MS, ServiceState } from '../../../../daemon/serve/windows/service-state';

let time = 0;
const clock = { now: () => time };
let state: ServiceState;

beforeEach(() => {
  time = 0;
  state = new ServiceState(clock);
});

test('it starts, runs, ends and has ended; only while it runs it takes controls', () => {
  expect(state.report).toMatchObject({ phase: 'starting', takesControls: false, checkpoint: 1 });
  expect(state.running()).toEqual({
    phase: 'running',
    takesControls: true,
    exitCode: 0,
    checkpoint: 0,
    waitHint: 0,
  });
  expect(state.stopping()).toMatchObject({ phase: 'stopping', takesControls: false, checkpoint: 1 });
  expect(state.stopped(0)).toMatchObject({ phase: 'stopped', exitCode: 0, checkpoint: 0, waitHint: 0 });
});

test('it never goes back: what comes too late is not reported', () => {
  state.stopping();
  expect([state.running(), state.stopping()]).toEqual([undefined, undefined]);
  state.stopped(3);
  expect([state.running(), state.stopping(), state.stopped(0), state.progress()]).toEqual(
    Array.from({ length: 4 }),
  );
  expect(state.report.exitCode).toBe(3);
});

test('while calls run to their end its checkpoint rises, so that the manager waits', () => {
  state.running();
  state.stopping();
  expect(state.progress()).toBeUndefined();
  for (const checkpoint of [2, 3, 4]) {
    time += PROGRESS_MS;
    const report = state.progress();
    expect(report).toMatchObject({ phase: 'stopping', checkpoint });
    expect(report?.waitHint).toBeGreaterThan(PROGRESS_MS);
    expect(state.progress()).toBeUndefined();
  }
});

test('a slow start reports progress too; one that runs has none to report', () => {
  time += PROGRESS_MS;
  expect(state.progress()).toMatchObject({ phase: 'starting', checkpoint: 2 });
  state.running();
  time += 10 * PROGRESS_MS;
  expect(state.progress()).toBeUndefined();
});

test('stop, shutdown and preshutdown end it, a parameter change has the config read again', () => {
  state.running();
  expect(state.control('stop')).toBe('end');
  expect(state.control('shutdown')).toBe('end');
  expect(state.control('preshutdown')).toBe('end');
  expect(state.control('parameter change')).toBe('reload');
  expect(state.control('interrogate')).toBeUndefined();
});

test('one that ends already is not told again', () => {
  expect(state.control('stop')).toBeUndefined();
  state.running();
  state.stopping();
  expect(state.control('preshutdown')).toBeUndefined();
  expect(state.control('parameter change')).toBeUndefined();
});
