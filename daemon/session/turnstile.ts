// Newcomers one by one: those who are in are served between.

/** How many may wait. Beyond, they come in at once, and are dealt with by the limits inside. */
const MOST_WAITING = 1024;

/** Lets one through in each turn of the event loop: greeting takes longer than most calls, and many may come at once. */
export class Turnstile<T> {
  private readonly waiting: T[] = [];
  /** Whether somebody has passed in this turn. */
  private passed = false;

  /** @param admit takes one in. */
  constructor(
    private readonly admit: (one: T) => void,
    private readonly nextTurn: (then: () => void) => void = setImmediate,
  ) {}

  enter(one: T): void {
    if (!this.passed) this.pass(one);
    else if (this.waiting.length < MOST_WAITING) this.waiting.push(one);
    else this.admit(one);
  }

  private pass(one: T): void {
    this.passed = true;
    this.nextTurn(() => {
      this.passed = false;
      const next = this.waiting.shift();
      if (next !== undefined) this.pass(next);
    });
    this.admit(one);
  }
}
