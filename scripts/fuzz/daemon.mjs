// The daemon of a fuzz. `daemon.mjs PACKAGE ENDPOINT`, with --expose-gc.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { collect, serve } from '../support/child.mjs';

const [folder, endpoint] = process.argv.slice(2);
const require = createRequire(join(folder, 'daemon', 'index.js'));
const { callContext, defineBox, expose, startDaemon } = require('./index.js');

class Anything {
  range = 1;

  echo(value) {
    return value;
  }

  async *items(count) {
    for (let item = 0; item < count; item++) yield item;
  }

  fail() {
    throw new RangeError('out of range');
  }

  hang() {
    const { signal } = callContext();
    return new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}

const anything = () => expose(new Anything(), { concurrency: Infinity });
const stray = [];
const log = {
  write(line) {
    const { msg, level, err } = JSON.parse(line);
    if (level >= 50 && stray.length < 20) stray.push(err?.stack ?? msg);
  },
};
const daemon = await startDaemon(
  defineBox({
    name: endpoint,
    targets: { pm: anything(), cam: anything(), good: anything() },
    // Clients that may come back aren't left behind, but they are waited for.
    limits: { resumeWindow: 500, namedResultAge: 500, lowLatencySessions: 16 },
  }),
  { log, logLevel: 'warn' },
);

serve(
  {
    path: () => daemon.path,
    status: () => {
      const { counters, sessions, memory, segments, targets } = daemon.status();
      const running = targets.reduce((sum, target) => sum + target.running.length, 0);
      return { counters, sessions: sessions.length, memory, segments, running, errors: stray };
    },
    collect: () => collect(require),
  },
  () => daemon.close(0),
);
