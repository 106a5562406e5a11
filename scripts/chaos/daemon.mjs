// The daemon of a chaos run. Its journal is the truth: what began and what ended, written before anybody can hear of it.
// `daemon.mjs PACKAGE SOCKET JOURNAL sound|broken SEED|whole`; with a seed it cuts its clients' sockets.
import { openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serve } from '../support/child.mjs';
import { Random } from '../support/random.mjs';
import { contentOf } from './content.mjs';
import { cutSockets } from './cutter.mjs';

const [folder, socket, journal, state, seed] = process.argv.slice(2);
const broken = state === 'broken';
if (seed !== 'whole') cutSockets(new Random(Number(seed), 2));
const require = createRequire(join(folder, 'daemon', 'index.js'));
const { callContext, defineBox, expose, startDaemon } = require('./index.js');

const file = openSync(journal, 'a');
const note = (...words) => writeSync(file, `${words.join(' ')}\n`);
note('start');

/** Runs a step between two lines of the journal. */
async function journaled(target, token, step) {
  note('begin', target, token);
  try {
    return await step();
  } finally {
    note('end', target, token);
  }
}

class Counter {
  #count = 0;
  /** Counts once more, and says whose call it was. */
  async add(token) {
    return journaled('counter', token, async () => {
      this.#count++;
      if (this.#count % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      return token;
    });
  }
}

class Motor {
  #moves = 0;
  /** Takes some milliseconds, and heeds its caller now and then. */
  async moveBy(token, milliseconds) {
    const { signal } = callContext();
    if (broken && ++this.#moves % 50 === 0) note('begin', 'motor', token);
    return journaled('motor', token, async () => {
      await delay(milliseconds, undefined, milliseconds % 2 === 0 ? { signal } : {});
      return token;
    });
  }
}

class Meter {
  async read(token) {
    return journaled('meter', token, async () => {
      await delay(1);
      return token;
    });
  }
}

class Arrays {
  async make(token, bytes) {
    return journaled('arrays', token, async () => contentOf(token, bytes));
  }
}

class Numbers {
  /** @param pace milliseconds between items; as fast as they are taken without it. */
  async *count(to, pace = 0) {
    for (let n = 0; n < to; n++) {
      if (pace > 0) await delay(pace);
      else if (n % 10 === 0) await delay(1);
      yield n;
    }
  }
}

const box = defineBox({
  name: 'chaos',
  limits: { lowLatencySessions: 16 },
  targets: {
    counter: new Counter(),
    motor: new Motor(),
    meter: expose(new Meter(), { concurrency: 4, idempotent: ['read'] }),
    arrays: new Arrays(),
    numbers: new Numbers(),
  },
});
const daemon = await startDaemon(box, { endpoint: socket, logLevel: 'error' });
serve({}, () => daemon.close(0));
