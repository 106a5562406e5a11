// The queue before an instrument's line: one turn at a time, in the order of asking.

interface Turn {
  start(): void;
}

/**
 * Turns in first-come order. A turn may open a lane of its own (a sequence): whatever goes through that lane
 * happens within the turn, and the turn lasts until it is done.
 */
export class Lane {
  readonly #parent: Lane | undefined;
  readonly #waiting: Turn[] = [];
  #busy = false;
  #over = false;
  #idle: (() => void) | undefined;

  /** @param parent the lane that takes over once this one is finished. */
  constructor(parent?: Lane) {
    this.#parent = parent;
  }

  /** Turns that wait for theirs. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** This lane, or the nearest one around it that isn't finished. */
  get current(): Lane {
    return this.#over && this.#parent !== undefined ? this.#parent.current : this;
  }

  /**
   * Runs `body` when all earlier turns are over; its turn ends when its promise settles.
   * @param signal aborted while it waits: the turn is taken out, `body` never runs, and the promise rejects with the reason.
   *   Once `body` runs, the signal is the body's business.
   */
  take<T>(body: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const turn: Turn = {
        start: () => {
          signal?.removeEventListener('abort', leave);
          const done = (): void => this.#next();
          void run(body).then(resolve, reject).then(done);
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(signal?.reason as Error);
      };
      if (this.#busy) {
        signal?.addEventListener('abort', leave, { once: true });
        this.#waiting.push(turn);
      } else {
        this.#busy = true;
        turn.start();
      }
    });
  }

  /** Resolves once nothing runs or waits here; from then on `current` is the parent. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        this.#over = true;
        resolve();
      };
      if (this.#busy) this.#idle = over;
      else over();
    });
  }

  #next(): void {
    const turn = this.#waiting.shift();
    if (turn !== undefined) return turn.start();
    this.#busy = false;
    this.#idle?.();
    this.#idle = undefined;
  }
}

/** A throw before the first `await` is a rejection too. */
async function run<T>(body: () => Promise<T>): Promise<T> {
  return body();
}
