// The rules of leases, held against a model of what they promise, on a clock that the test moves.
import fc from 'fast-check';
import { LeaseTable, type Claim, type Loss } from '../../../daemon/lease/lease-table';
import '../../support/values';

const TARGETS = ['a', 'b'];
const OWNERS = 4;

class TestClaim implements Claim {
  state: 'waiting' | 'held' | 'released' | Loss = 'waiting';

  constructor(
    readonly target: string,
    readonly owner: number,
    readonly ttl: number,
    private readonly order: string[],
  ) {}

  granted(): void {
    expect(this.state).toBe('waiting');
    this.state = 'held';
    this.order.push(`${this.owner} has ${this.target}`);
  }

  lost(how: Loss): void {
    expect(['waiting', 'held']).toContain(this.state);
    this.state = how;
    this.order.push(`${this.owner}'s ${this.target} is ${how}`);
  }
}

/** The calls that run at each target, by owner; and what leases must do, written the slow way. */
class Model {
  now = 0;
  /** What a claim was told, in order, and what the rules say. */
  readonly told: string[] = [];
  readonly expected: string[] = [];
  readonly running: { target: string; owner: number }[] = [];
  readonly lines = new Map(TARGETS.map((target) => [target, [] as TestClaim[]]));
  readonly due = new Map<TestClaim, number>();
  readonly cut = new Set<number>();
  readonly table = new LeaseTable<TestClaim>(
    { now: () => this.now },
    {
      busy: (target, owner) => this.busy(target, owner),
      changed: () => undefined,
    },
  );

  line(target: string): TestClaim[] {
    return this.lines.get(target) as TestClaim[];
  }

  busy(target: string, owner: number): boolean {
    return this.running.some((call) => call.target === target && call.owner !== owner);
  }

  /** Whether a call of `owner` may start: whoever holds the target or stands first in line is himself. */
  mayStart(target: string, owner: number): boolean {
    const [first] = this.line(target);
    return first === undefined || first.owner === owner;
  }

  /** Who stands first gets it if nobody else's call runs. */
  settle(target: string): void {
    const [first] = this.line(target);
    if (first === undefined || this.due.has(first) || this.busy(target, first.owner)) return;
    this.prolong(first);
    this.expected.push(`${first.owner} has ${target}`);
  }

  prolong(claim: TestClaim): void {
    this.due.set(claim, this.cut.has(claim.owner) ? Infinity : this.now + claim.ttl);
  }

  prolongAll(owner: number): void {
    for (const claim of this.due.keys()) if (claim.owner === owner) this.prolong(claim);
  }

  remove(claim: TestClaim, how?: Loss): void {
    const line = this.line(claim.target);
    line.splice(line.indexOf(claim), 1);
    this.due.delete(claim);
    if (how !== undefined) this.expected.push(`${claim.owner}'s ${claim.target} is ${how}`);
    this.settle(claim.target);
  }

  find(target: string, owner: number): TestClaim | undefined {
    return this.line(target).find((claim) => claim.owner === owner);
  }

  check(): void {
    expect(this.told).toEqual(this.expected);
    expect(this.table.list()).toEqual(expect.arrayContaining(TARGETS.flatMap((target) => this.line(target))));
    for (const target of TARGETS) {
      const line = this.line(target);
      expect(this.table.list().filter((claim) => claim.target === target)).toEqual(line);
      expect(line.filter(({ state }) => state === 'held')).toEqual(line.filter((one) => this.due.has(one)));
      expect(this.table.holder(target)).toBe(line.find((one) => this.due.has(one)));
      for (let owner = 0; owner < OWNERS; owner++)
        expect(this.table.before(target, owner) === undefined).toBe(this.mayStart(target, owner));
    }
    expect(this.table.nextExpiry).toBe(Math.min(Infinity, ...this.due.values()));
  }
}

type Run = fc.Command<Model, Model>;

/** A command that may always run. The model carries the table with it. */
abstract class Step implements Run {
  constructor(
    readonly target: string,
    readonly owner: number,
    readonly value: number,
  ) {}

  check(): boolean {
    return true;
  }

  run(_: Model, model: Model): void {
    this.act(model);
    model.check();
  }

  toString(): string {
    return `${this.constructor.name}(${this.target}, ${this.owner}, ${this.value})`;
  }

  abstract act(model: Model): void;
}

class Ask extends Step {
  act(model: Model): void {
    const claim = new TestClaim(this.target, this.owner, this.value || Infinity, model.told);
    const first = model.find(this.target, this.owner) === undefined;
    expect(model.table.ask(claim)).toBe(first);
    if (!first) return;
    model.line(this.target).push(claim);
    model.settle(this.target);
  }
}

class Release extends Step {
  act(model: Model): void {
    const claim = model.find(this.target, this.owner);
    if (claim === undefined) return;
    claim.state = 'released';
    model.remove(claim);
    model.table.release(claim);
    model.table.release(claim); // Again it does nothing.
  }
}

class Renew extends Step {
  act(model: Model): void {
    const claim = model.find(this.target, this.owner);
    const held = claim !== undefined && model.due.has(claim);
    expect(model.table.renew(this.target, this.owner)).toBe(held);
    if (held) model.prolong(claim);
  }
}

class Break extends Step {
  act(model: Model): void {
    const holder = model.line(this.target).find((claim) => model.due.has(claim));
    if (holder !== undefined) model.remove(holder, 'broken');
    expect(model.table.break(this.target)).toBe(holder);
  }
}

class Suspend extends Step {
  act(model: Model): void {
    model.cut.add(this.owner);
    model.prolongAll(this.owner);
    model.table.suspend(this.owner);
  }
}

class Resume extends Step {
  act(model: Model): void {
    model.cut.delete(this.owner);
    model.prolongAll(this.owner);
    model.table.resume(this.owner);
  }
}

class Gone extends Step {
  act(model: Model): void {
    for (const { target } of model.table.list().filter(({ owner }) => owner === this.owner))
      model.remove(model.find(target, this.owner) as TestClaim, 'gone');
    if (this.value % 2 === 0) return model.table.gone(this.owner);
    model.cut.delete(this.owner);
    model.table.forget(this.owner);
  }
}

class Pass extends Step {
  act(model: Model): void {
    model.now += this.value;
    const order = model.table.list();
    const over = order.filter((claim) => (model.due.get(claim) ?? Infinity) <= model.now);
    for (const claim of over) model.remove(claim, 'expired');
    expect(model.table.expire()).toEqual(over);
  }
}

/** A call starts, if it may. */
class Begin extends Step {
  act(model: Model): void {
    if (model.table.before(this.target, this.owner) === undefined)
      model.running.push({ target: this.target, owner: this.owner });
  }
}

/** A call ends; nobody had the target for himself while another's call began. */
class Finish extends Step {
  act(model: Model): void {
    const at = model.running.findIndex(({ target }) => target === this.target);
    if (at < 0) return;
    model.running.splice(at, 1);
    const before = model.expected.length;
    model.settle(this.target);
    expect(model.table.look(this.target)).toBe(model.expected.length > before);
  }
}

const step = fc.tuple(fc.constantFrom(...TARGETS), fc.nat(OWNERS - 1), fc.nat(30));
const commands = [
  Ask,
  Ask,
  Release,
  Renew,
  Break,
  Suspend,
  Resume,
  Gone,
  Pass,
  Begin,
  Begin,
  Finish,
  Finish,
].map((Kind) => step.map((args): Run => new Kind(...args)));

test('leases are granted in line, to one at a time, while no call of another runs; they end as they should', () => {
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 80 }), (steps) => {
      const model = new Model();
      fc.modelRun(() => ({ model, real: model }), steps);
    }),
    { numRuns: 200 },
  );
});

test('whoever is cut off keeps his lease as long as that lasts, and has all of his time again afterwards', () => {
  const model = new Model();
  new Ask('a', 0, 10).run(model, model);
  new Suspend('a', 0, 0).run(model, model);
  new Pass('a', 0, 1000).run(model, model);
  expect(model.table.holder('a')?.owner).toBe(0);
  new Resume('a', 0, 0).run(model, model);
  new Pass('a', 0, 9).run(model, model);
  expect(model.table.holder('a')?.owner).toBe(0);
  new Pass('a', 0, 1).run(model, model);
  expect(model.told).toEqual(['0 has a', "0's a is expired"]);
});
