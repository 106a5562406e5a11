// The good client beside a fuzz: one call after another, each answer checked. `good.mjs PACKAGE ENDPOINT`
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serve } from '../support/child.mjs';

const [folder, endpoint] = process.argv.slice(2);
const require = createRequire(join(folder, 'client', 'index.js'));
const { connect } = require('./index.js');
const client = await connect(endpoint, { name: 'good', callTimeout: 60_000 });

let running = false;
let seen = fresh();

function fresh() {
  return { calls: 0, wrong: 0, errors: [], times: [] };
}

/** A call whose answer is known. */
async function call(round) {
  if (round % 10 === 0) {
    const items = [];
    for await (const item of await client.call('good', 'items', [5])) items.push(item);
    return items.join() === '0,1,2,3,4';
  }
  const sent = round % 3 === 0 ? new Uint8Array(3000).fill(round) : `round ${round}`;
  const given = await client.call('good', 'echo', [sent]);
  return typeof sent === 'string' ? given === sent : Buffer.compare(given, sent) === 0;
}

async function work() {
  for (let round = 1; running; round++) {
    const began = performance.now();
    try {
      if (!(await call(round))) seen.wrong++;
    } catch (error) {
      if (seen.errors.length < 20) seen.errors.push(`${error.code}: ${error.message}`);
      if (client.state === 'closed') return;
    }
    seen.calls++;
    if (seen.times.length < 1_000_000) seen.times.push(performance.now() - began);
  }
}

let worked = Promise.resolve();
serve(
  {
    begin: () => {
      seen = fresh();
      running = true;
      worked = work();
    },
    /** How it went: calls, what was wrong, and the time within which 99 of 100 calls were answered. */
    end: async () => {
      running = false;
      await worked;
      const { times, ...rest } = seen;
      times.sort((one, other) => one - other);
      return { ...rest, session: client.session, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
    },
  },
  () => {
    running = false;
    return client.close();
  },
);
