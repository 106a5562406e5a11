// The daemon of a load: one target that all call, one call at a time. `daemon.mjs PACKAGE ENDPOINT`, with --expose-gc.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { collect, serve } from '../support/child.mjs';

const [folder, endpoint] = process.argv.slice(2);
const require = createRequire(join(folder, 'daemon', 'index.js'));
const { defineBox, expose, startDaemon } = require('./index.js');

class Work {
  /** Gives others a turn, as what waits for an instrument does. */
  async echo(value) {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  }

  large() {
    return 'x'.repeat(50_000);
  }
}

const box = defineBox({
  name: endpoint,
  drainTimeout: 1000,
  targets: {
    work: expose(new Work(), { maxQueue: 10_000 }),
    large: expose(new Work(), { maxQueue: 10_000 }),
  },
});
const daemon = await startDaemon(box, { logLevel: 'warn' });

serve(
  {
    path: () => daemon.path,
    status: () => {
      const { counters, sessions, targets } = daemon.status();
      const pendingBytes = Math.max(0, ...sessions.map((session) => session.pendingBytes));
      return { counters, sessions: sessions.length, pendingBytes, waiting: targets[0].waiting };
    },
    /** Resident bytes, after everything was collected that can be. */
    memory: async () => {
      await collect(require);
      const { rss, heapUsed, external } = process.memoryUsage();
      return { rss, heapUsed, external };
    },
  },
  () => daemon.close(0),
);
