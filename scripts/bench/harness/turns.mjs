// One contender's turn in a round: first some transfers that don't count, then those that do.
const WARM_MS = 10;
const AT_MOST = 200;

let seed = 0;

/**
 * Transfers one after another for `budget` milliseconds, at least once, and checks every one.
 * @param {(seed: number) => unknown} transfer gives the seed that the receiver saw.
 * @param {number} most transfers that count at most.
 * @returns {Promise<number[]>} milliseconds of each.
 */
export async function turn(transfer, budget, most = AT_MOST) {
  const start = performance.now();
  do await checked(transfer);
  while (performance.now() - start < WARM_MS);
  const times = [];
  const end = performance.now() + budget;
  do times.push(await checked(transfer));
  while (performance.now() < end && times.length < most);
  return times;
}

async function checked(transfer) {
  seed = (seed + 1) & 255;
  const before = performance.now();
  const seen = await transfer(seed);
  const time = performance.now() - before;
  if (seen !== seed) throw new Error(`the receiver saw ${seen} in place of ${seed}`);
  return time;
}
