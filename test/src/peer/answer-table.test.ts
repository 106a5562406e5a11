import fc, { type Command } from 'fast-check';
import { AnswerTable, KeptBudget, type TableEntry } from '../../../src/peer/answer-table';

interface Entry extends TableEntry {
  kept: number | undefined;
  idle: boolean;
  settled: boolean;
}

const LIMITS = { keptResults: 4, keptBytes: 100 };

/** What is known of each id: it never came, it runs, its answer is kept, or it ran and that is all. */
interface Model {
  /** Calls that have run, or do. */
  readonly ids: Map<number, 'runs' | 'gone'>;
  readonly kept: Map<number, { bytes: number; idle: boolean }>;
  readonly acknowledged: Set<number>;
  last: number;
}

class Call implements Command<Model, AnswerTable<Entry>> {
  constructor(private readonly id: number) {}
  check = (): boolean => true;
  run(model: Model, table: AnswerTable<Entry>): void {
    const seen = table.see(this.id);
    const entry = table.get(this.id);
    if (model.ids.get(this.id) === 'runs' || model.kept.has(this.id)) expect(seen).toBe(entry);
    else if (model.ids.has(this.id)) expect(seen).toBe('gone');
    else if (!model.acknowledged.has(this.id)) expect(seen).toBe('new');
    if (seen === 'new') {
      table.enter({ id: this.id, kept: undefined, idle: false, settled: false });
      model.ids.set(this.id, 'runs');
      model.acknowledged.delete(this.id);
    }
    model.last = Math.max(model.last, this.id);
    agree(model, table);
  }
  toString = (): string => `call ${this.id}`;
}

class Refused implements Command<Model, AnswerTable<Entry>> {
  constructor(private readonly id: number) {}
  check = ({ ids, kept, acknowledged }: Readonly<Model>): boolean =>
    !ids.has(this.id) && !kept.has(this.id) && !acknowledged.has(this.id);
  run(model: Model, table: AnswerTable<Entry>): void {
    expect(table.see(this.id)).toBe('new');
    table.unsee(this.id);
    model.last = Math.max(model.last, this.id);
    agree(model, table);
  }
  toString = (): string => `refused ${this.id}`;
}

class Answer implements Command<Model, AnswerTable<Entry>> {
  constructor(
    private readonly id: number,
    private readonly bytes: number,
    private readonly idle: boolean,
  ) {}
  check = ({ ids }: Readonly<Model>): boolean => ids.get(this.id) === 'runs';
  run(model: Model, table: AnswerTable<Entry>): void {
    const entry = table.get(this.id) as Entry;
    entry.idle = this.idle;
    table.answered(entry, this.bytes);
    model.ids.set(this.id, 'gone');
    if (!model.acknowledged.has(this.id)) {
      if (this.bytes > LIMITS.keptBytes) forgotten(model, this.id, this.idle);
      else model.kept.set(this.id, { bytes: this.bytes, idle: this.idle });
    }
    const oldest = [...table.all()].map(({ id }) => id);
    for (const [id, { idle }] of [...model.kept].sort(([one], [other]) => one - other))
      if (!oldest.includes(id)) {
        model.kept.delete(id);
        forgotten(model, id, idle);
      }
    agree(model, table);
  }
  toString = (): string => `answer ${this.id} with ${this.bytes} bytes${this.idle ? ', did not run' : ''}`;
}

/** An answer that says that the call did not run may be forgotten as if it had never come. */
function forgotten(model: Model, id: number, idle: boolean): void {
  if (idle) model.ids.delete(id);
}

class Acknowledge implements Command<Model, AnswerTable<Entry>> {
  constructor(
    private readonly from: number,
    private readonly length: number,
  ) {}
  check = ({ last }: Readonly<Model>): boolean => last > 0;
  run(model: Model, table: AnswerTable<Entry>): void {
    const to = Math.min(model.last, this.from + this.length);
    table.acknowledge(this.from, to);
    for (let id = Math.max(1, this.from); id <= to; id++) {
      model.acknowledged.add(id);
      model.kept.delete(id);
    }
    agree(model, table);
  }
  toString = (): string => `acknowledge ${this.from} and ${this.length} more`;
}

function agree(model: Model, table: AnswerTable<Entry>): void {
  expect(table.highest).toBe(model.last);
  expect(table.running).toBe([...model.ids.values()].filter((state) => state === 'runs').length);
  expect(table.kept.results).toBe(model.kept.size);
  expect(table.kept.bytes).toBe([...model.kept.values()].reduce((sum, { bytes }) => sum + bytes, 0));
  expect(table.kept.results).toBeLessThanOrEqual(LIMITS.keptResults);
  expect(table.kept.bytes).toBeLessThanOrEqual(LIMITS.keptBytes);
}

const id = fc.integer({ min: 1, max: 12 });

test('whatever comes in whatever order, no id runs twice, and what is kept stays within its limits', () => {
  const commands = [
    id.map((n) => new Call(n)),
    id.map((n) => new Refused(n)),
    fc.tuple(id, fc.integer({ min: 0, max: 120 }), fc.boolean()).map((given) => new Answer(...given)),
    fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 6 }))
      .map((given) => new Acknowledge(...given)),
  ];
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 60 }), (run) => {
      const setup = (): { model: Model; real: AnswerTable<Entry> } => ({
        model: { ids: new Map(), kept: new Map(), acknowledged: new Set(), last: 0 },
        real: new AnswerTable<Entry>(LIMITS),
      });
      fc.modelRun(setup, run);
    }),
    { numRuns: 500, verbose: 1 },
  );
});

test('tables share a budget: who goes over it loses its own oldest answers', () => {
  const budget = new KeptBudget(100);
  const limits = { keptResults: 100, keptBytes: 1000 };
  const [one, other] = [new AnswerTable<Entry>(limits, budget), new AnswerTable<Entry>(limits, budget)];
  const answer = (table: AnswerTable<Entry>, number: number, bytes: number): void => {
    table.see(number);
    const entry = { id: number, kept: undefined, idle: false, settled: false };
    table.enter(entry);
    table.answered(entry, bytes);
  };
  answer(one, 1, 60);
  answer(other, 1, 30);
  answer(other, 2, 30);
  expect([one.kept.results, other.kept.results, budget.bytes]).toEqual([1, 1, 90]);
  expect(other.see(1)).toBe('gone');
  one.clear();
  expect(budget.bytes).toBe(30);
});

test('one jump of ids is one gap, however far it goes', () => {
  const table = new AnswerTable<Entry>(LIMITS);
  expect(table.see(2 ** 50)).toBe('new');
  table.acknowledge(0, 2 ** 50 - 1);
  expect(table.see(5)).toBe('gone');
});

test('ids with more gaps than anybody needs are a violation', () => {
  const table = new AnswerTable<Entry>(LIMITS);
  expect(() => {
    for (let number = 2; ; number += 2) table.see(number);
  }).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
});

test('what has not run is told apart from what has, also when nothing is held of either', () => {
  const table = new AnswerTable<Entry>({ keptResults: 1, keptBytes: 100 });
  for (const [id, idle] of [
    [1, true],
    [2, false],
    [3, false],
  ] as const) {
    table.see(id);
    const entry = { id, kept: undefined, idle, settled: false };
    table.enter(entry);
    table.answered(entry, 1);
  }
  table.see(5);
  expect([1, 2, 4, 6].map((id) => table.unseen(id))).toEqual([true, false, true, true]);
});
