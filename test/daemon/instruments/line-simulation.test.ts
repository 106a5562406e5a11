// Whatever is late or lost within the bounds, every answer goes to its own question.
import fc from 'fast-check';
import { LineConversation, type Ask } from '../../../daemon/instruments/line-conversation';
import { FakeClock } from './fake-clock';

const TIMEOUT = 100;
const LATE = 200;

/** What one caller does. Times in ms. */
interface Step {
  /** Plain answers don't look like the sync answer, `like?` ones do, `ID?` is the sync query itself; `set` has none. */
  readonly command: 'plain?' | 'like?' | 'ID?' | 'set';
  /** Before it asks. */
  readonly pause: number;
  /** From asking to giving up. */
  readonly cancel: number | undefined;
  /** From asking to a broken connection, and from that to its return. */
  readonly unplug: { readonly after: number; readonly back: number } | undefined;
}

const step: fc.Arbitrary<Step> = fc.record({
  command: fc.constantFrom('plain?', 'like?', 'ID?', 'set'),
  pause: fc.oneof(fc.constant(0), fc.nat(2 * LATE)),
  cancel: fc.option(fc.nat(TIMEOUT + LATE), { nil: undefined, freq: 2 }),
  unplug: fc.option(fc.record({ after: fc.nat(LATE), back: fc.nat(2 * LATE) }), { nil: undefined, freq: 4 }),
});

/** Delays of the answers in the order of the writing; `undefined` for one that gets lost. */
const delays = fc.array(
  fc.option(fc.oneof(fc.nat(10), fc.nat(TIMEOUT + LATE - 1)), { nil: undefined, freq: 4 }),
  { minLength: 1, maxLength: 12 },
);

class World {
  readonly clock = new FakeClock();
  readonly talk: LineConversation;
  /** Answers that were taken, and asks that ended without one. */
  answered = 0;
  failed = 0;
  #open = true;
  #writes = 0;
  #ready = 0;
  #callOff = (): void => undefined;

  constructor(
    private readonly steps: readonly Step[],
    private readonly delays: readonly (number | undefined)[],
    withSync: boolean,
  ) {
    this.talk = new LineConversation({
      now: () => this.clock.now(),
      lateWindow: LATE,
      sync: withSync ? { query: 'ID?', answer: /^ID/ } : undefined,
      write: (command) => {
        this.clock.after(1, () => this.#input(() => this.talk.written()));
        if (command !== 'set') this.#device(command);
      },
    });
    this.#perform(0);
  }

  run(): void {
    for (let events = 0; this.clock.step(); events += 1) {
      if (events > 100_000) throw new Error('it never comes to rest');
    }
  }

  /** Answers in order; a sync query within the late window, others within timeout and late window. */
  #device(command: string): void {
    const number = (this.#writes += 1);
    const delay = this.delays[number % this.delays.length];
    if (delay === undefined) return;
    const own = command === 'ID?' ? delay % LATE : delay;
    this.#ready = Math.max(this.#ready, this.clock.now() + own);
    this.clock.after(this.#ready - this.clock.now(), () => {
      const line = `${command === 'plain?' ? 'value' : 'ID'} ${number}`;
      if (this.#open) this.#input(() => this.talk.line(line));
    });
  }

  #perform(index: number): void {
    const current = this.steps[index];
    if (current === undefined) return;
    if (!this.#open) return void this.clock.after(10, () => this.#perform(index));
    const { command, cancel, unplug } = current;
    let over = false;
    const next = (): void => {
      over = true;
      this.clock.after(this.steps[index + 1]?.pause ?? 0, () => this.#perform(index + 1));
    };
    const ask: Ask = {
      command,
      answered: command !== 'set',
      timeout: TIMEOUT,
      settle: (outcome) => {
        // Nothing is written between a query and its end, so its own answer bears the number of the last write.
        if (outcome.kind === 'answer') expect(outcome.line).toMatch(new RegExp(` ${this.#writes}$`));
        this.answered += outcome.kind === 'answer' ? 1 : 0;
        this.failed += outcome.kind === 'answer' || outcome.kind === 'written' ? 0 : 1;
        next();
      },
    };
    if (unplug !== undefined) this.clock.after(unplug.after, () => this.#unplug(unplug.back));
    if (cancel !== undefined) {
      this.clock.after(cancel, () => {
        if (over) return;
        this.#input(() => this.talk.cancel(ask));
        next();
      });
    }
    this.#input(() => this.talk.ask(ask));
  }

  #unplug(back: number): void {
    if (!this.#open) return;
    this.#open = false;
    this.#input(() => this.talk.lost());
    this.clock.after(back, () => {
      this.#open = true;
      this.#input(() => this.talk.opened());
    });
  }

  #input(happens: () => void): void {
    happens();
    this.#callOff();
    const wait = this.talk.wakeAt - this.clock.now();
    if (wait < Infinity) this.#callOff = this.clock.after(wait, () => this.#input(() => this.talk.tick()));
  }
}

const RUNS = { numRuns: 2000 };

describe.each([
  ['without a sync query', false],
  ['with a sync query', true],
])('%s', (_, withSync) => {
  test('no delay, loss, cancel or broken connection gives a query the answer of another', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), delays, (steps, answers) => {
        new World(steps, answers, withSync).run();
      }),
      RUNS,
    );
  });

  test('every query of a device that answers in time gets its answer', () => {
    const calm = step.map((one) => ({ ...one, cancel: undefined, unplug: undefined }));
    const prompt = fc.array(fc.nat(TIMEOUT - 1), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(calm, { maxLength: 12 }), prompt, (steps, answers) => {
        const world = new World(steps, answers, withSync);
        world.run();
        expect(world.failed).toBe(0);
        expect(world.answered).toBe(steps.filter(({ command }) => command !== 'set').length);
      }),
      RUNS,
    );
  });
});
