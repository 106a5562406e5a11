// The floor of shared memory: an event loop that looks at a word in every turn, and answers in another.
import { Heat } from '../contenders/heat.mjs';
import { serve } from '../harness/child.mjs';
import { ANSWERED, ASKED, mappedWords } from './mapped-words.mjs';

const words = mappedWords(process.argv[2]);
let seen = 0;
const heat = new Heat(() => {
  const asked = Atomics.load(words, ASKED);
  if (asked === seen) return;
  seen = asked;
  Atomics.store(words, ANSWERED, asked);
});
serve(heat.commands);
