// Time as an argument: rules take a clock, edges give them the real one.

/** Milliseconds that never go back, as `performance.now()` counts them. */
export interface Clock {
  now(): number;
}

/** The machine's own clock. It doesn't jump when somebody sets the time. */
export const systemClock: Clock = { now: () => performance.now() };
