// Rounds: every contender has its turn in each, beginning with another one each time, so that a slow moment of the machine
// hits all of them and none always follows the same one.
import { setTimeout as sleep } from 'node:timers/promises';
import { spread } from './statistics.mjs';

/**
 * @template T
 * @param {number} count
 * @param {string[]} names
 * @param {(name: string) => Promise<T>} take one turn.
 * @param {(done: number) => void} onRound
 * @param {number} pause milliseconds before each turn: what the one before has left to do is done then.
 * @returns {Promise<Record<string, T[]>>} what the turns gave, by round.
 */
export async function rounds(count, names, take, onRound = () => undefined, pause = 0) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < count; round++) {
    onRound(round);
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + round) % names.length];
      await sleep(pause);
      results[name].push(await take(name));
    }
  }
  return results;
}

/** What `of` makes of the results of each round, and then the median over the rounds. */
export function overRounds(results, of) {
  const [first] = Object.values(results);
  return spread(
    first.map((_, round) =>
      of(Object.fromEntries(Object.entries(results).map(([name, values]) => [name, values[round]]))),
    ),
  );
}
