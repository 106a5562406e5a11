// A client of a soak: several lanes, each with one thing after another, until it is told to pause or is killed.
// `client.mjs PACKAGE ENDPOINT HANDOFF LARGEST SEED INDEX INCARNATION`, started with --expose-gc.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { collect, serve, tell } from '../../support/child.mjs';
import { digestOf } from './content.mjs';
import { Lane } from './lane.mjs';
import { Random } from '../../support/random.mjs';
import { bytesOf } from './shapes.mjs';
import { Store } from './store.mjs';
import { Tally } from './tally.mjs';

const [folder, endpoint, handoff, largest, ...seeds] = process.argv.slice(2);
const require = createRequire(join(folder, 'client', 'index.js'));
const samebox = require('./index.js');
const LANES = 6;
const REPORT_MS = 100;
const MiB = 1024 * 1024;

const tally = new Tally(tell);
const client = await samebox.connect(endpoint, {
  name: `soak ${seeds[1]}.${seeds[2]}`,
  handoff,
  callTimeout: 60_000,
});
const random = new Random(...seeds.map((seed, place) => Number(seed) + place));

function check(where, array, digest) {
  const bytes = bytesOf(array);
  const found = digestOf(bytes);
  if (found !== digest) tally.mismatch(`client, ${where}: ${bytes.length} bytes, ${found}, not ${digest}`);
}

const store = new Store({ check, release: samebox.release, random, bytes: 64 * MiB, entries: 32 });
const given = { client, samebox, tally, store, largest: Number(largest) };
const lanes = Array.from({ length: LANES }, () => new Lane({ ...given, random: new Random(random.word()) }));

let running = false;
let finished = Promise.resolve();
setInterval(() => tally.report(), REPORT_MS).unref();

async function run(lane) {
  try {
    while (running) await lane.turn();
  } catch (error) {
    tally.broken(error);
  }
}

serve(
  {
    go: () => {
      running = true;
      finished = Promise.all(lanes.map(run));
    },
    /** Ends when nothing is under way any more and everything was given back. */
    pause: async () => {
      running = false;
      await finished;
      store.empty();
      await collect(require);
      tally.report();
    },
  },
  () => {
    running = false; // If it is told while it works, the soak itself is gone.
    return client.close();
  },
);
