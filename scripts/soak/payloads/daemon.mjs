// The daemon of a soak: its targets check what comes, make what goes, and keep some of it.
// `daemon.mjs PACKAGE ENDPOINT HANDOFF LARGEST SEED`, started with --expose-gc.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { collect, serve, tell } from '../../support/child.mjs';
import { digestOf, fill } from './content.mjs';
import { Random } from '../../support/random.mjs';
import { bytesOf, FORMS, makeArray, ordinary } from './shapes.mjs';
import { Store } from './store.mjs';

const [folder, endpoint, handoff, largest, seed] = process.argv.slice(2);
const require = createRequire(join(folder, 'daemon', 'index.js'));
const samebox = require('./index.js');
const { callContext, defineBox, expose, keep, NdArray, release, shared, startDaemon } = samebox;

const MiB = 1024 * 1024;
const LENT_BYTES = 65536;
const FRAME_EVERY_MS = 4;
const own = ordinary(NdArray);
const random = new Random(Number(seed), 0xdae);

const counts = { checks: 0, log: {} };
let frames = 0;
let lent;

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function check(where, array, digest) {
  counts.checks++;
  const found = digestOf(bytesOf(array));
  if (found !== digest)
    tell({ mismatch: `daemon, ${where}: ${bytesOf(array).length} bytes, ${found}, not ${digest}` });
  return found;
}

/** The loan of an argument whose method ended a while ago must be over. */
function checkLoan() {
  if (lent?.over !== true) return;
  const { byteLength } = lent.array;
  if (byteLength > 0) tell({ mismatch: `daemon: an argument of ${byteLength} bytes outlives its loan` });
  lent = undefined;
}

/** The method is about to end. */
function watchLoan(array) {
  if (lent !== undefined || !ArrayBuffer.isView(array) || array.byteLength <= LENT_BYTES) return;
  const loan = (lent = { array, over: false });
  setTimeout(() => (loan.over = true), 50);
}

function make({ seed, size, form, inPlace }, alloc = callContext().alloc) {
  const { array, whole } = makeArray(form, size, inPlace ? alloc : own);
  fill(bytesOf(array), seed);
  return { array, whole };
}

const store = new Store({ check, release, random, bytes: 96 * MiB, entries: 48 });

class Payloads {
  /** Checks an array when it comes and again after `wait` milliseconds: nobody may write to it meanwhile. */
  async take(array, digest, wait) {
    checkLoan();
    const found = check('argument', array, digest);
    if (wait > 0) {
      await sleep(wait);
      check('argument, later', array, digest);
    }
    watchLoan(array);
    return found;
  }

  give(what) {
    return make(what).array;
  }

  echo(value) {
    return value;
  }

  async echoLater(value, wait) {
    await sleep(wait);
    return value;
  }

  async *items(count, what) {
    for (let item = 0; item < count; item++) {
      const seed = what.seed + item;
      yield { seed, array: make({ ...what, seed }).array };
      if (item % 3 === 2) await sleep(1);
    }
  }

  frames() {
    return stream;
  }

  /** Waits until the caller gives it up. */
  async wait(array, digest) {
    const { signal } = callContext();
    check('argument of a call that waits', array, digest);
    await new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return check('argument of a call that was given up', array, digest);
  }

  /** Keeps an array beyond its call. */
  put(array, digest) {
    return store.put(keep(array), digest);
  }

  /** Gives a kept one back, if it is there still. */
  get(key) {
    return store.take(key)?.array;
  }
}

const stream = shared(async function* ({ alloc, signal }) {
  while (!signal.aborted) {
    const what = {
      seed: ++frames,
      size: Math.floor(random.logUniform(1, Number(largest))),
      form: random.pick(FORMS),
      inPlace: random.chance(0.6),
    };
    yield { seed: what.seed, array: make(what, alloc).array };
    await sleep(FRAME_EVERY_MS);
  }
});

const log = {
  write(line) {
    const { level, msg } = JSON.parse(line);
    if (level < 40) return;
    const text = msg
      .replace(/: all targets waited.*/s, '')
      .replace(/\d+/g, 'N')
      .slice(0, 160);
    counts.log[text] = (counts.log[text] ?? 0) + 1;
  },
};

const daemon = await startDaemon(
  defineBox({
    name: endpoint,
    handoff,
    targets: {
      payloads: expose(new Payloads(), { concurrency: Infinity, maxQueue: 100_000 }),
      queued: expose(new Payloads(), { concurrency: 1, maxQueue: 100_000 }),
    },
  }),
  { log, logLevel: 'warn' },
);

serve(
  {
    status: () => ({ ...daemon.status(), soak: { ...counts, stored: store.size } }),
    /** Gives back what the targets keep; the garbage collector is run, as resident memory is measured next. */
    settle: async () => {
      store.empty();
      lent = undefined;
      await collect(require);
    },
  },
  () => daemon.close(0),
);
