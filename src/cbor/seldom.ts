// Which of many newcomers are learnt: without a pattern, so that none always comes when another one is.

/** One in so many. */
const SELDOM = 8;

let state = 1;

/** True once in eight times, on average. */
export function seldom(): boolean {
  state = (Math.imul(state, 1664525) + 1013904223) | 0; // Numerical Recipes' generator: its high bits are good enough.
  return state >>> 0 < 2 ** 32 / SELDOM;
}
