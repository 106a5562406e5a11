// What two event loops can do over a word of mapped memory, and a blocking caller against a loop: times of round trips in microseconds.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param folder of the built package. The first fifth of each is thrown away. */
export async function bare(folder, rounds) {
  const { segmentMaker } = createRequire(join(folder, 'index.js'))('./src/segments/segment-ways.js');
  const segment = segmentMaker().create(4096);
  const words = new Int32Array(segment.view(0, 4096));
  const other = fork(fileURLToPath(new URL('word.mjs', import.meta.url)), [folder, segment.grant]);
  await once(other, 'message');
  const loops = await pingPong(words, rounds);
  const blocking = spin(words, rounds);
  Atomics.store(words, 0, -1);
  await once(other, 'exit');
  segment.remove();
  return { loops: loops.slice(rounds / 5), blocking: blocking.slice(rounds / 5) };
}

/** Microseconds. */
export function now() {
  return Number(process.hrtime.bigint()) / 1000;
}

/** This thread has an event loop, too. */
function pingPong(words, rounds) {
  const times = [];
  let since = now();
  Atomics.add(words, 0, 1);
  return new Promise((resolve) => {
    const turn = () => {
      if (Atomics.load(words, 16) === Atomics.load(words, 0)) {
        const then = now();
        times.push(then - since);
        if (times.length === rounds) return resolve(times);
        since = then;
        Atomics.add(words, 0, 1);
      }
      setImmediate(turn);
    };
    turn();
  });
}

/** This thread does nothing else. */
function spin(words, rounds) {
  const times = [];
  while (times.length < rounds) {
    const since = now();
    const number = Atomics.add(words, 0, 1) + 1;
    while (Atomics.load(words, 16) !== number);
    times.push(now() - since);
  }
  return times;
}
