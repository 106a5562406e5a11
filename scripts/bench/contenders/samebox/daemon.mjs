// samebox: a daemon with a target that does nothing, gives things back, takes bytes, makes streams.
import { defineBox, shared, startDaemon } from '../../../../dist/daemon/index.js';
import { bytesOf, seedOf } from '../../harness/pattern.mjs';
import { itemOf, serveContender } from '../server.mjs';
import { modeNamed } from './modes.mjs';

const [path, mode] = process.argv.slice(2);
const ready = [];
let wake;

/** What is published, as it comes. */
const published = shared(async function* () {
  for (;;) {
    while (ready.length > 0) yield ready.shift();
    await new Promise((resolve) => (wake = resolve));
  }
});

const target = {
  noop() {},
  object: (value) => value,
  take: (payload) => seedOf(bytesOf(payload)),
  async *items(count) {
    for (let n = 0; n < count; n++) yield itemOf(n);
  },
  published: () => published,
};

const daemon = await startDaemon(defineBox({ ...modeNamed(mode).box, targets: { bench: target } }), {
  endpoint: path,
});
serveContender(
  {
    publish: (item) => {
      ready.push(item);
      wake?.();
    },
  },
  () => daemon.close(0),
);
