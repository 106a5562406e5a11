// The other end of a bare ping-pong over two words of a mapped segment: an event loop that does nothing else.
// `word.mjs PACKAGE GRANT`: copies the first word to the second, until the first is -1.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, grant] = process.argv.slice(2);
const { openSegment } = createRequire(join(folder, 'index.js'))('./src/segments/segment-ways.js');
const words = new Int32Array(
  openSegment(grant, { bytes: 4096, trusted: true, writes: 'both' }).view(0, 4096),
);
let seen = 0;
const turn = () => {
  const word = Atomics.load(words, 0);
  if (word === -1) return process.disconnect();
  if (word !== seen) Atomics.store(words, 16, (seen = word));
  setImmediate(turn);
};
turn();
process.send('ready');
