// The queue of one target, held against a model of what it promises.
import fc from 'fast-check';
import { Scheduler } from '../../../daemon/target/scheduler';
import '../../support/values';

interface Job {
  readonly number: number;
}

/** What the scheduler must do, written the slow way. */
class Model {
  readonly queue: Job[] = [];
  readonly running: Job[] = [];
  readonly started: number[] = [];

  constructor(
    readonly concurrency: number,
    readonly maxQueue: number,
  ) {}

  submit(job: Job): boolean {
    if (this.running.length >= this.concurrency && this.queue.length >= this.maxQueue) return false;
    this.queue.push(job);
    this.fill();
    return true;
  }

  remove(job: Job): boolean {
    const at = this.queue.indexOf(job);
    if (at >= 0) this.queue.splice(at, 1);
    return at >= 0;
  }

  finish(index: number): Job | undefined {
    const [job] = this.running.splice(index % Math.max(1, this.running.length), 1);
    this.fill();
    return job;
  }

  private fill(): void {
    while (this.running.length < this.concurrency && this.queue.length > 0) {
      const job = this.queue.shift() as Job;
      this.running.push(job);
      this.started.push(job.number);
    }
  }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'submit' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'take' as const }) },
);

test('jobs start in their order, so many at once, and no more than so many wait', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.nat(4),
      fc.array(step, { maxLength: 60 }),
      (concurrency, maxQueue, steps) => {
        const model = new Model(concurrency, maxQueue);
        const started: number[] = [];
        const scheduler = new Scheduler<Job>(concurrency, maxQueue, ({ number }) => started.push(number));
        const jobs: Job[] = [];
        for (const step of steps) {
          if (step.do === 'submit') {
            const job = { number: jobs.length };
            jobs.push(job);
            expect(scheduler.submit(job)).toBe(model.submit(job));
          } else if (step.do === 'finish') {
            if (model.running.length === 0) continue;
            model.finish(step.which);
            scheduler.finished();
          } else if (step.do === 'remove') {
            const job = jobs[step.which] ?? { number: -1 };
            expect(scheduler.remove(job)).toBe(model.remove(job));
          } else {
            expect(scheduler.takeWaiting()).toEqual(model.queue.splice(0));
          }
          expect(started).toEqual(model.started);
          expect([scheduler.active, scheduler.waiting]).toEqual([model.running.length, model.queue.length]);
        }
      },
    ),
  );
});

test('a queue of 0 refuses what can not start at once', () => {
  const scheduler = new Scheduler<string>(1, 0, () => undefined);
  expect([scheduler.submit('a'), scheduler.submit('b')]).toEqual([true, false]);
});

test('a hundred thousand jobs that end at once do not pile up on the stack', () => {
  let ended = 0;
  const scheduler = new Scheduler<number>(1, Infinity, (job) => {
    ended++;
    if (job > 0) scheduler.finished();
  });
  for (let job = 0; job <= 100_000; job++) scheduler.submit(job);
  scheduler.finished();
  expect([ended, scheduler.active, scheduler.waiting]).toEqual([100_001, 0, 0]);
});

test('a job that is submitted while another one starts waits its turn behind those that came before', () => {
  const order: string[] = [];
  const scheduler = new Scheduler<string>(1, 10, (job) => {
    order.push(job);
    if (job === 'a') scheduler.submit('c');
  });
  scheduler.submit('first');
  scheduler.submit('a');
  scheduler.submit('b');
  scheduler.finished();
  scheduler.finished();
  scheduler.finished();
  expect(order).toEqual(['first', 'a', 'b', 'c']);
});

test('jobs that may not start yet are passed over, and start when that changes', () => {
  const order: string[] = [];
  let held = true;
  const scheduler = new Scheduler<string>(
    1,
    10,
    (job) => order.push(job),
    (job) => !(held && job.startsWith('slow')),
  );
  for (const job of ['slow 1', 'slow 2', 'quick']) scheduler.submit(job);
  expect(order).toEqual(['quick']);
  scheduler.finished();
  held = false;
  scheduler.look();
  scheduler.finished();
  expect(order).toEqual(['quick', 'slow 1', 'slow 2']);
});

test('jobs that may not start yet are passed by others, and take half of the queue at most', () => {
  const started: string[] = [];
  let reads = false;
  const scheduler = new Scheduler<string>(
    Infinity,
    4,
    (job) => started.push(job),
    (job) => reads || job.startsWith('good'),
  );
  expect(['stuck1', 'stuck2', 'stuck3', 'good1'].map((job) => scheduler.submit(job))).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(started).toEqual(['good1']);
  reads = true;
  expect(scheduler.submit('stuck4')).toBe(true);
  expect(started).toEqual(['good1', 'stuck1', 'stuck2', 'stuck4']);
});
