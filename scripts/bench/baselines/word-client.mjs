// The floor of shared memory: asks by writing a word; its event loop looks for the answer in every turn, or its thread does
// nothing but look.
import { contend } from '../contenders/client.mjs';
import { Heat } from '../contenders/heat.mjs';
import { ANSWERED, ASKED, mappedWords } from './mapped-words.mjs';

const words = mappedWords(process.argv[2]);
let last = 0;
let waiting;
const heat = new Heat(() => {
  if (waiting === undefined || Atomics.load(words, ANSWERED) !== last) return;
  const resolve = waiting;
  waiting = undefined;
  resolve();
});

function ask() {
  last = (last + 1) | 0;
  Atomics.store(words, ASKED, last);
}

const noop = () =>
  new Promise((resolve) => {
    waiting = resolve;
    ask();
  });

/** @throws Error if nobody looks at the words. */
function blocking() {
  ask();
  for (let looks = 0; Atomics.load(words, ANSWERED) !== last; looks++)
    if (looks > 1e9) throw new Error('no answer');
}

contend({ noop, blocking }, () => undefined, heat.commands);
