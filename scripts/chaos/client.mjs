// A client of a chaos run: several lanes, each of which makes one call after another and tells what came of it.
// `client.mjs PACKAGE SOCKET NUMBER SEED LATENCY FAULTS`; over a lane it cuts its own sockets.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serve, tell } from '../support/child.mjs';
import { Random } from '../support/random.mjs';
import { isContentOf } from './content.mjs';
import { cutSockets } from './cutter.mjs';

const [folder, socket, number, seed, latency, faults] = process.argv.slice(2);
const require = createRequire(join(folder, 'client', 'index.js'));
const { connect } = require('./index.js');

const LANES = 8;
const PATIENCE_MS = 60_000;
const random = new Random(Number(seed), Number(number));
const counts =
  latency === 'lane' && faults !== 'none' ? cutSockets(new Random(Number(seed), 100 + Number(number))) : {};
const client = await connect(socket, { name: `chaos-${number}`, timeout: PATIENCE_MS, latency });
const states = { resumed: 0, new: 0, overLane: 0 };
/** Each session that this client got, with which daemon: when that is another one, it knows that the one before is gone. */
const sessions = [{ pid: client.daemon.pid, at: Date.now() }];
let made = 0;
let stopping = false;
let records = [];
/** By token: what has no outcome. */
const open = new Map();

void (async () => {
  for await (const { session } of client.changes()) {
    if (session === undefined) continue;
    states[session]++;
    if (session === 'new') sessions.push({ pid: client.daemon.pid, at: Date.now() });
  }
})();

/** Lanes that do nothing but follow steady streams, so that some are open, and about to give an item, whenever a connection breaks. */
const FOLLOWERS = 2;

/** What a lane may do. */
function plan() {
  const dice = random.next();
  if (dice < 0.35) return { target: 'counter', method: 'add', args: [] };
  if (dice < 0.6) return { target: 'motor', method: 'moveBy', args: [random.integer(0, 5)] };
  if (dice < 0.75) return { target: 'meter', method: 'read', args: [] };
  if (dice < 0.9)
    return {
      target: 'arrays',
      method: 'make',
      args: [random.integer(0, random.chance(0.2) ? 300_000 : 20_000)],
    };
  return { target: 'numbers', method: 'count', args: [random.integer(1, 300)] };
}

async function step(follows) {
  const { target, method, args } = follows
    ? { target: 'numbers', method: 'count', args: [200, random.integer(1, 10)] }
    : plan();
  const token = `${number}:${++made}`;
  const record = { token, target, made, since: Date.now(), kind: 'plain' };
  const options = { timeout: PATIENCE_MS };
  if (random.chance(0.05)) {
    record.kind = 'hurried';
    options.timeout = random.integer(0, 30);
  } else if (random.chance(0.05)) {
    record.kind = 'cancelled';
    const giveUp = new AbortController();
    options.signal = giveUp.signal;
    setTimeout(() => giveUp.abort(), random.integer(0, 30));
  }
  open.set(token, record);
  if (client.latency === 'lane') states.overLane++;
  try {
    if (target === 'numbers')
      record.fault = await follow(client.call(target, method, args, options), args[0]);
    else {
      const value = await client.call(target, method, [token, ...args], options);
      const right = target === 'arrays' ? isContentOf(token, args[0], value) : value === token;
      if (!right) record.fault = `the answer belongs to another call: ${String(value).slice(0, 40)}`;
    }
    record.outcome = 'value';
  } catch (error) {
    record.outcome = error?.code ?? 'not a SameboxError';
    record.ran = error?.ran;
    record.message = error?.message ?? String(error);
    if (target === 'arrays' && args[0] > 64 * 1024) record.large = true;
  }
  record.until = Date.now();
  open.delete(token);
  records.push(record);
  if (records.length >= 100) flush();
}

/** Every item of a stream once and in order, or counted as lost. */
async function follow(call, count) {
  const stream = await call;
  let got = 0;
  let last = -1;
  for await (const n of stream) {
    if (n <= last) return `item ${n} after ${last}`;
    last = n;
    if (++got === 50 && random.chance(0.2)) return undefined;
  }
  return got + stream.dropped === count ? undefined : `${got} items, ${stream.dropped} lost, of ${count}`;
}

function flush() {
  tell({ records, states: { connections: 0, cut: 0, 'half-close': 0, ...counts, ...states }, sessions });
  records = [];
}

const lanes = Array.from({ length: LANES }, async (_, lane) => {
  while (!stopping) await step(lane < FOLLOWERS);
});

serve(
  {
    /** Gives what never came to an outcome. */
    stop: async () => {
      stopping = true;
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS + 5000).unref());
      await Promise.race([Promise.all(lanes), patience]);
      flush();
      return [...open.values()];
    },
  },
  () => client.close(),
);
