// A session whose socket is lost: is its client gone, or only cut off? The rule, on a clock that is an argument.

/** What is known of the client's process. */
export type Life = 'alive' | 'dead' | 'unknown';

/** What follows. */
export type Verdict = 'wait' | 'gone' | 'over';

/** How often it is looked whether the process lives: a process that dies closes its sockets a moment before. */
const FIRST_LOOK_MS = 2;
const LONGEST_LOOK_MS = 1000;

/** How long a session waits. */
export interface AbsenceRule {
  /** Milliseconds that an anonymous session waits for a client that may be alive. */
  readonly window: number;
  /** Milliseconds that a named one keeps answers after the last came, when its client is gone; `undefined` for an anonymous one. */
  readonly age: number | undefined;
}

/** What a named session still has. */
export interface Remains {
  /** Calls that run or wait. */
  readonly running: number;
  /** Answers that nobody has collected, and streams that nobody reads. */
  readonly kept: number;
  /** When the last of them came. */
  readonly answeredAt: number;
}

/**
 * From the loss of a socket to the end of its session. The client is gone when its process is known to be dead, or after the
 * window: then what it held is free (leases, loans), and an anonymous session is over. A named one goes on until
 * nothing of it runs and its answers are collected, or old.
 */
export class Absence {
  private gone = false;
  private look = FIRST_LOOK_MS;

  constructor(
    private readonly rule: AbsenceRule,
    readonly since: number,
  ) {}

  /** Looks at it. `'gone'` is said once, when the client is; `'over'` when the session is as well. */
  verdict(now: number, life: Life, remains: Remains): Verdict {
    const { window, age } = this.rule;
    if (!this.gone) {
      if (life !== 'dead' && now - this.since < window) return 'wait';
      this.gone = true;
      return age === undefined ? 'over' : 'gone';
    }
    if (age === undefined || remains.running > 0) return 'wait';
    const last = Math.max(this.since, remains.answeredAt);
    return remains.kept === 0 || now - last >= age ? 'over' : 'wait';
  }

  /** Milliseconds until the next look. */
  get pause(): number {
    const pause = this.look;
    this.look = Math.min(LONGEST_LOOK_MS, this.look * 2);
    return pause;
  }
}
