// A client of a soak, in lanes: each does one thing after another until its time is over. It leaves and comes again.
// `client.mjs PACKAGE ENDPOINT SEED`
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serve, tell } from '../support/child.mjs';
import { Random } from '../support/random.mjs';

const [folder, endpoint, seed] = process.argv.slice(2);
const require = createRequire(join(folder, 'client', 'index.js'));
const { connect, release } = require('./index.js');

const LANES = 4;
/** As many things are done by one client before it leaves and another comes. */
const STAY = 400;

const random = new Random(Number(seed), 0x50a);
let running = true;

/** One thing that a client does; what it was given is checked. Deeds that a failure is part of say so. */
const DEEDS = {
  async call(client) {
    const value = random.integer(0, 1e6);
    expect((await client.call(random.pick(['queued', 'open']), 'echo', [value])) === value);
  },
  async burst(client) {
    const values = Array.from({ length: 50 }, () => random.integer(0, 1e6));
    const given = await Promise.all(values.map((value) => client.call('queued', 'echo', [value])));
    expect(given.join() === values.join());
  },
  async array(client) {
    const [bytes, value] = [Math.floor(random.logUniform(1, 4 * 1024 * 1024)), random.integer(0, 255)];
    const array = await client.call('open', 'array', [bytes, value]);
    expect(array.length === bytes && array[0] === value && array[bytes - 1] === value);
    release(array);
  },
  async argument(client) {
    const array = new Uint8Array(Math.floor(random.logUniform(1, 1024 * 1024))).fill(random.integer(0, 255));
    const back = await client.call('open', 'echo', [array]);
    expect(back.length === array.length && back[0] === array[0]);
    release(back);
  },
  async stream(client) {
    const most = random.integer(1, 100);
    let next = 0;
    for await (const item of await client.call('open', 'items', [1000])) {
      expect(item === next++);
      if (next === most) break;
    }
  },
  async frames(client) {
    let left = random.integer(1, 10);
    for await (const frame of await client.call('open', 'frames', [], { slow: 'latest' })) {
      expect(frame.data[0] === frame.data[65_535]);
      if (--left === 0) break;
    }
  },
  async givenUp(client) {
    await failing(client.call('open', 'hang', [], { timeout: random.integer(1, 20) }), 'TIMEOUT');
  },
  async failed(client) {
    await failing(client.call('open', 'fail'), 'METHOD_FAILED');
  },
};

function expect(right) {
  if (!right) throw new Error('another answer than was right');
}

async function failing(promise, code) {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  if (error?.code !== code) throw error ?? new Error(`no ${code}`);
}

/** Clients come and go, some without a word. */
async function lane() {
  while (running) {
    const client = await connect(endpoint, { name: 'soak', timeout: 20_000 });
    const stay = random.integer(1, STAY);
    for (let done = 0; running && done < stay; done++) {
      const deed = random.weighted({
        call: 40,
        burst: 5,
        array: 5,
        argument: 5,
        stream: 4,
        frames: 1,
        givenUp: 2,
        failed: 4,
      });
      try {
        await DEEDS[deed](client);
        counts[deed] = (counts[deed] ?? 0) + 1;
      } catch (error) {
        tell({ wrong: `${deed}: ${error.code ?? ''} ${error.message}` });
      }
    }
    counts.clients = (counts.clients ?? 0) + 1;
    // Something is under way when it leaves.
    if (random.chance(0.3)) client.call('open', 'hang').catch(() => undefined);
    await client.close();
  }
}

const counts = {};
const lanes = Promise.all(Array.from({ length: LANES }, lane));
lanes.catch((error) => tell({ wrong: `a lane ended: ${error.stack}` }));

serve(
  {
    counts: () => counts,
    stop: async () => {
      running = false;
      await lanes;
      return counts;
    },
  },
  () => {
    running = false;
  },
);
