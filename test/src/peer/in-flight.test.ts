import fc from 'fast-check';
import { InFlight } from '../../../src/peer/in-flight';

interface Model {
  open: Map<number, object>;
  last: number;
}

type Command = fc.Command<Model, InFlight<object>>;

class Add implements Command {
  check = (): boolean => true;
  run(model: Model, real: InFlight<object>): void {
    const call = {};
    expect(real.next).toBe(model.last + 1);
    expect(real.add(call)).toBe(++model.last);
    model.open.set(model.last, call);
    agree(model, real);
  }
  toString = (): string => 'add';
}

class Settle implements Command {
  constructor(readonly id: number) {}
  check = (): boolean => true;
  run(model: Model, real: InFlight<object>): void {
    expect(real.get(this.id)).toBe(model.open.get(this.id));
    expect(real.settle(this.id)).toBe(model.open.get(this.id));
    model.open.delete(this.id);
    agree(model, real);
  }
  toString = (): string => `settle ${this.id}`;
}

class InOrder implements Command {
  check = (): boolean => true;
  run(model: Model, real: InFlight<object>): void {
    expect(real.inOrder()).toEqual([...model.open.values()]);
  }
  toString = (): string => 'in order';
}

class Ranges implements Command {
  check = (): boolean => true;
  run(model: Model, real: InFlight<object>): void {
    const told = real.settledRanges();
    for (const [from, to] of told) {
      expect(from).toBeGreaterThan(real.acknowledged);
      for (let id = from; id <= to; id++) expect(model.open.has(id)).toBe(false);
      expect(model.open.has(to + 1) || to === model.last).toBe(true);
    }
    if (told.length === 16) return;
    const settled = told.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    expect(settled).toBe(model.last - model.open.size - real.acknowledged);
  }
  toString = (): string => 'ranges';
}

function agree(model: Model, real: InFlight<object>): void {
  expect(real.size).toBe(model.open.size);
  expect(real.highest).toBe(model.last);
  expect(real.acknowledged).toBe(Math.min(model.last, ...[...model.open.keys()].map((id) => id - 1)));
}

test('the in-flight table agrees with a plain model; an id is never given twice', () => {
  const commands = [
    fc.constant(new Add()),
    fc.integer({ min: 0, max: 40 }).map((id) => new Settle(id)),
    fc.constant(new InOrder()),
    fc.constant(new Ranges()),
  ];
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 80 }), (run) => {
      fc.modelRun(() => ({ model: { open: new Map(), last: 0 }, real: new InFlight<object>() }), run);
    }),
    { numRuns: 150 },
  );
});

test('the acknowledgement costs no walk over calls that are long settled', () => {
  const table = new InFlight<number>();
  let right = 0;
  for (let index = 0; index < 100_000; index++) {
    table.settle(table.add(index));
    if (table.acknowledged === index + 1) right++;
  }
  expect(right).toBe(100_000);
});
