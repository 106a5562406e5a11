// The daemon of a soak: calls, streams and arrays. `daemon.mjs PACKAGE ENDPOINT`, with --expose-gc.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { collect, serve } from '../support/child.mjs';

const [folder, endpoint] = process.argv.slice(2);
const require = createRequire(join(folder, 'daemon', 'index.js'));
const { callContext, defineBox, expose, shared, startDaemon } = require('./index.js');

/** So large may an array be that is asked for. */
const MOST = 4 * 1024 * 1024;

class Lab {
  echo(value) {
    return value;
  }

  /** Waits until it is given up. */
  hang() {
    const { signal } = callContext();
    return new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  fail() {
    throw new RangeError('out of range');
  }

  async *items(count) {
    for (let item = 0; item < count; item++) yield item;
  }

  /** An array of so many bytes, all of one value. */
  array(bytes, value) {
    if (bytes > MOST) throw new RangeError('too many');
    return new Uint8Array(bytes).fill(value);
  }

  frames() {
    return frames;
  }
}

const frames = shared(async function* ({ alloc, signal }) {
  for (let number = 0; !signal.aborted; number++) {
    const frame = alloc([256, 256], 'uint16');
    frame.data.fill(number & 0xffff);
    yield frame;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

const box = defineBox({
  name: endpoint,
  targets: {
    queued: expose(new Lab(), { maxQueue: 100_000 }),
    open: expose(new Lab(), { concurrency: Infinity }),
  },
});
const daemon = await startDaemon(box, { logLevel: 'silent' });

serve({ status: () => daemon.status(), collect: () => collect(require) }, () => daemon.close(0));
