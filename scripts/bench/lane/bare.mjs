// What two event loops can do over a word of mapped memory, and a blocking caller against a loop: microseconds, sorted.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Times of round trips: `loops` between two event loops, `blocking` from a thread that spins. */
export async function bare(folder, rounds, prefix = []) {
  const { segmentMaker } = createRequire(join(folder, 'index.js'))('./src/segments/segment-ways.js');
  const segment = segmentMaker().create(4096);
  const words = new Int32Array(segment.view(0, 4096));
  const script = fileURLToPath(new URL('word.mjs', import.meta.url));
  const other = start(script, [folder, segment.grant], prefix);
  await once(other, 'message');
  const loops = await pingPong(words, rounds, 0);
  const blocking = spin(words, rounds, rounds);
  Atomics.store(words, 0, -1);
  await once(other, 'exit');
  segment.remove();
  return { loops: loops.slice(rounds / 5), blocking: blocking.slice(rounds / 5) };
}

function start(script, args, [command, ...rest]) {
  if (command === undefined) return fork(script, args);
  return fork(script, args, { execPath: command, execArgv: [...rest, process.execPath] });
}

const now = () => Number(process.hrtime.bigint());

function pingPong(words, rounds, from) {
  const times = [];
  let number = from + 1;
  let since = now();
  Atomics.store(words, 0, number);
  return new Promise((resolve) => {
    const turn = () => {
      if (Atomics.load(words, 16) === number) {
        const then = now();
        times.push((then - since) / 1000);
        if (times.length === rounds) return resolve(times);
        since = then;
        Atomics.store(words, 0, ++number);
      }
      setImmediate(turn);
    };
    turn();
  });
}

function spin(words, rounds, from) {
  const times = [];
  for (let number = from + 1; times.length < rounds; number++) {
    const since = now();
    Atomics.store(words, 0, number);
    while (Atomics.load(words, 16) !== number);
    times.push((now() - since) / 1000);
  }
  return times;
}
