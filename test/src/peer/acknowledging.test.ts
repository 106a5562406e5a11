import { Acknowledging } from '../../../src/peer/acknowledging';
import { InFlight } from '../../../src/peer/in-flight';

const CALL = {};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function rig(): {
  table: InFlight<object>;
  told: [number, number][];
  settle: (id: number) => void;
  stop: () => void;
} {
  const told: [number, number][] = [];
  const table = new InFlight<object>();
  const acknowledging = new Acknowledging((from, to) => told.push([from, to]));
  const settle = (id: number): void => {
    table.settle(id);
    acknowledging.settled(table);
  };
  return { table, told, settle, stop: () => acknowledging.stop() };
}

test('calls that follow each other tell of themselves: nothing more is sent', () => {
  const { table, told, settle } = rig();
  for (let n = 0; n < 2000; n++) settle(table.add(CALL));
  expect(told).toEqual([]);
});

test('what is settled is told a second after the last call, once', () => {
  const { table, told, settle } = rig();
  settle(table.add(CALL));
  table.add(CALL);
  settle(table.add(CALL));
  jest.advanceTimersByTime(999);
  expect(told).toEqual([]);
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual([
    [1, 1],
    [3, 3],
  ]);
});

test('a call that takes long does not keep the answers of the others from being forgotten', () => {
  const { table, told, settle } = rig();
  table.add(CALL);
  for (let n = 0; n < 1000; n++) settle(table.add(CALL));
  expect(told.length).toBeGreaterThanOrEqual(3);
  expect(told.at(-1)?.[1]).toBeGreaterThan(700);
  for (const [from] of told) expect(from).toBe(2);
});

test('nothing is told when the connection is lost', () => {
  const { table, told, settle, stop } = rig();
  settle(table.add(CALL));
  stop();
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
});
