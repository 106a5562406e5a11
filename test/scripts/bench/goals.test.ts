// The goals of speed: each is judged by ratios within rounds, and one that was not measured is never said to be met.
import { callModule } from './run-module';

interface Goal {
  readonly goal: string;
  readonly measured: string;
  readonly met?: boolean;
}

type Rounds = readonly Readonly<Record<string, number>>[];

const spread = (value: number): object => ({ median: value, low: value, high: value });

/** A row as the benchmark has it, from what its rounds gave. */
function row(name: string, kind: string, rounds: Rounds): object {
  const keys = Object.keys(rounds[0] ?? {});
  const middle = (key: string): number =>
    rounds.map((round) => round[key] as number).sort((one, other) => one - other)[
      rounds.length >> 1
    ] as number;
  return { name, kind, rounds, figures: Object.fromEntries(keys.map((key) => [key, spread(middle(key))])) };
}

const goalsOf = (...results: object[]): Goal[] => callModule('goals.mjs', 'goals', results);
const the = (goals: Goal[], text: string): Goal => goals.find(({ goal }) => goal.includes(text)) as Goal;

test('a ratio is taken within each round: a slow minute of the machine changes nothing', () => {
  const rows = [
    row('echo', 'floor', [{ p50: 10 }, { p50: 100 }, { p50: 12 }]),
    row('samebox', 'samebox', [{ p50: 13 }, { p50: 130 }, { p50: 30 }]),
  ];
  const goal = the(goalsOf({ name: 'roundTrip', placement: 'oneCore', rows }), 'at most 1.4 × the bare echo');
  expect(goal).toMatchObject({ measured: '×1.30', met: true });
});

test('the best peer is the one with the best median, whichever that is', () => {
  const rows = [
    row('samebox', 'samebox', [{ inFlight128: 300 }]),
    row('node-ipc', 'peer', [{ inFlight128: 80 }]),
    row('zeromq', 'peer', [{ inFlight128: 100 }]),
  ];
  const goal = the(goalsOf({ name: 'pipelined', placement: 'oneCore', rows }), '4 × the best peer');
  expect(goal).toMatchObject({ measured: '×3.00 zeromq, ×3.75 node-ipc', met: false });
});

test('an echo between sleeping cores is taken from where it slept, else there is none', () => {
  const rows = (echo: number): object[] => [
    row('echo', 'floor', [{ p50: echo }]),
    row('low', 'samebox', [{ p50: 20 }]),
  ];
  const awake = { name: 'roundTrip', placement: 'free', rows: rows(14) };
  const asleep = { name: 'spaced', placement: 'free', rows: rows(100) };
  const of = (...results: object[]): Goal => the(goalsOf(...results), 'sleeping cores');
  expect(of(awake).met).toBeUndefined();
  expect(of(awake, asleep)).toMatchObject({ measured: '×0.200', met: true });
});

test('what was not measured is neither met nor missed', () => {
  const goals = goalsOf();
  expect(goals.length).toBeGreaterThan(10);
  expect(goals.filter(({ met, measured }) => met !== undefined || measured !== '–')).toEqual([]);
});
