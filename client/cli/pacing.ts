// When a page is drawn: soon after it has changed, but not too often, and never so much that nothing else gets done.

/** What drawing needs. */
export interface Drawing {
  /** Draws; tells whether the page changes with time alone. */
  draw(): boolean;
  /** Calls back when what was written has been taken, if the terminal is behind. */
  behind?(then: () => void): boolean;
}

/** Drawings are so far apart at least. */
const PAUSE_MS = 50;
/** Where time alone changes the page. */
const MOVING_PAUSE_MS = 100;

/** Draws when it is due: at most 20 times a second, and at most half of the time. */
export class Pacing {
  private timer: NodeJS.Timeout | undefined;
  private rest = -Infinity;
  private stopped = false;

  constructor(private readonly drawing: Drawing) {}

  /** The page has changed. */
  readonly changed = (): void => {
    if (this.timer !== undefined || this.stopped) return;
    this.timer = setTimeout(this.due, Math.max(0, this.rest - performance.now()));
  };

  /** Draws at once: the terminal has another size. */
  readonly now = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.stopped) return;
    const began = performance.now();
    const moves = this.drawing.draw();
    const ended = performance.now();
    // Writing to a terminal takes as long as the terminal does: a slow one is written to less often.
    this.rest = Math.max(began + (moves ? MOVING_PAUSE_MS : PAUSE_MS), ended + (ended - began));
    if (moves) this.changed();
  };

  /** Draws no more. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private readonly due = (): void => {
    this.timer = undefined;
    if (this.drawing.behind?.(this.changed) !== true) this.now();
  };
}
