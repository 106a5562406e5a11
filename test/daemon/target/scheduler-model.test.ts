// The queue of one target while sessions come and go that may not start their calls, as under a lease: held against a model.
import fc from 'fast-check';
import { Scheduler } from '../../../daemon/target/scheduler';
import '../../support/values';

const SESSIONS = 3;

interface Job {
  readonly number: number;
  readonly session: number;
}

interface Shape {
  readonly concurrency: number;
  readonly maxQueue: number;
}

/** What the scheduler must do, written the slow way. */
class Model {
  readonly jobs: Job[] = [];
  queue: Job[] = [];
  readonly running: Job[] = [];
  readonly started: Job[] = [];
  /** The session that has the target for itself, if one has. */
  holder: number | undefined;

  constructor(readonly shape: Shape) {}

  mayStart({ session }: Job): boolean {
    return this.holder === undefined || this.holder === session;
  }

  submit(job: Job): boolean {
    const { concurrency, maxQueue } = this.shape;
    const may = this.mayStart(job);
    const room = this.queue.length < (may ? maxQueue : maxQueue / 2);
    if (!room && !(may && this.running.length < concurrency)) return false;
    this.queue.push(job);
    this.fill();
    return true;
  }

  fill(): void {
    for (;;) {
      const next = this.queue.find((job) => this.mayStart(job));
      if (next === undefined || this.running.length >= this.shape.concurrency) return;
      this.queue.splice(this.queue.indexOf(next), 1);
      this.running.push(next);
      this.started.push(next);
    }
  }
}

/** The scheduler, and what it has started. */
class Real {
  readonly started: Job[] = [];
  readonly scheduler: Scheduler<Job>;

  constructor({ shape: { concurrency, maxQueue } }: Model, mayStart: (job: Job) => boolean) {
    this.scheduler = new Scheduler(concurrency, maxQueue, (job) => this.started.push(job), mayStart);
  }
}

abstract class Step implements fc.Command<Model, Real> {
  constructor(readonly value: number) {}

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    this.act(model, real.scheduler);
    expect(real.started).toEqual(model.started);
    expect([real.scheduler.active, real.scheduler.waiting]).toEqual([
      model.running.length,
      model.queue.length,
    ]);
    for (let session = 0; session < SESSIONS; session++) {
      const numbers = real.started.filter((job) => job.session === session).map(({ number }) => number);
      expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    }
  }

  toString(): string {
    return `${this.constructor.name}(${this.value})`;
  }

  abstract act(model: Model, scheduler: Scheduler<Job>): void;
}

class Submit extends Step {
  act(model: Model, scheduler: Scheduler<Job>): void {
    const job = { number: model.jobs.length, session: this.value % SESSIONS };
    model.jobs.push(job);
    expect(scheduler.submit(job)).toBe(model.submit(job));
  }
}

class Finish extends Step {
  act(model: Model, scheduler: Scheduler<Job>): void {
    if (model.running.length === 0) return;
    model.running.splice(this.value % model.running.length, 1);
    model.fill();
    scheduler.finished();
  }
}

class Remove extends Step {
  act(model: Model, scheduler: Scheduler<Job>): void {
    const job = model.jobs[this.value] ?? { number: -1, session: 0 };
    expect(scheduler.remove(job)).toBe(model.queue.includes(job));
    model.queue = model.queue.filter((one) => one !== job);
  }
}

/** A lease is taken, goes to another one, or ends. */
class Lease extends Step {
  act(model: Model, scheduler: Scheduler<Job>): void {
    const holder = this.value % (SESSIONS + 1);
    model.holder = holder === SESSIONS ? undefined : holder;
    model.fill();
    scheduler.look();
  }
}

/** Those that would rather fail than wait for it are taken out. */
class TakeWaiting extends Step {
  act(model: Model, scheduler: Scheduler<Job>): void {
    const which = (job: Job): boolean => !model.mayStart(job) && job.number % 2 === this.value % 2;
    expect(scheduler.takeWaiting(which)).toEqual(model.queue.filter(which));
    model.queue = model.queue.filter((job) => !which(job));
  }
}

class TakeAll extends Step {
  act(model: Model, scheduler: Scheduler<Job>): void {
    expect(scheduler.takeWaiting()).toEqual(model.queue.splice(0));
  }
}

const commands = [Submit, Submit, Submit, Finish, Finish, Remove, Lease, TakeWaiting, TakeAll].map((Kind) =>
  fc.nat(40).map((value): fc.Command<Model, Real> => new Kind(value)),
);

test('under changing leases only those start that may, each session in its order, and none that may is left waiting', () => {
  fc.assert(
    fc.property(
      fc.record({ concurrency: fc.integer({ min: 1, max: 3 }), maxQueue: fc.nat(6) }),
      fc.commands(commands, { maxCommands: 80 }),
      (shape, steps) => {
        fc.modelRun(() => {
          const model = new Model(shape);
          return { model, real: new Real(model, (job) => model.mayStart(job)) };
        }, steps);
      },
    ),
    { numRuns: 200 },
  );
});
