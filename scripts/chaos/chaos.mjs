// Chaos: clients call through a proxy that cuts, splits, delays, half-closes and swallows, while a journal tells what really ran. Is
// every call run once, answered once, in order, and is every `ran` true?
//
//   node scripts/chaos/chaos.mjs [--minutes 10] [--seed N] [--kill] [--calls N] [--faults none] [--short] [--json] [--broken]
//                                [--latency low|lane]
//
// `--kill` also kills the daemon (SIGKILL) at random and starts it again at once. A run is over when its minutes are, and at least
// `--calls` calls were made (20,000; with `--short` 1,500, or 500 with kills, and no minutes). `--broken` has a daemon that notes
// a move twice now and then: the verdict must see it. `--latency` is what clients ask for; over a lane there is no proxy: clients and
// daemon cut their own sockets. Exit code 1, if a promise was broken.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Processes } from '../support/processes.mjs';
import { Random } from '../support/random.mjs';
import { Proxy } from './proxy.mjs';
import { judge } from './verdict.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    calls: { type: 'string' },
    kill: { type: 'boolean', default: false },
    latency: { type: 'string', default: 'normal' },
    faults: { type: 'string', default: 'all' },
    short: { type: 'boolean', default: false },
    broken: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    package: { type: 'string', default: fileURLToPath(new URL('../../dist', import.meta.url)) },
  },
});
const { short, kill, json, broken, latency, package: folder } = values;
const lane = latency === 'lane';
const seed = Number(values.seed);
const least = Number(values.calls ?? (short ? (kill ? 500 : 1500) : 20_000));
const duration = Number(values.minutes ?? (short ? 0 : 10)) * 60_000;
const CLIENTS = 4;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const processes = new Processes();
process.once('exit', () => processes.end());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

console.error(`seed ${seed}: at least ${least} calls, ${duration / 1000} s${kill ? ', with kills' : ''}`);
const random = new Random(seed);
const socket = join(processes.folder, 'daemon.sock');
const journal = join(processes.folder, 'journal');
const records = [];
const kills = [];
const states = new Map();
const sessions = new Map();

const startDaemon = () =>
  processes.start(here('daemon.mjs'), [
    folder,
    socket,
    journal,
    broken ? 'broken' : 'sound',
    lane && values.faults !== 'none' ? seed + kills.length : 'whole',
  ]);
let daemon = await startDaemon();
const proxy = new Proxy(
  join(processes.folder, 'proxy.sock'),
  socket,
  new Random(seed, 1),
  values.faults !== 'none',
);
await proxy.listen();
const clients = await Promise.all(
  Array.from({ length: CLIENTS }, (_, number) =>
    processes.start(
      here('client.mjs'),
      [folder, lane ? socket : proxy.path, number, seed, latency, values.faults],
      (news) => {
        if (news.records === undefined) return;
        records.push(...news.records);
        states.set(number, news.states);
        sessions.set(String(number), news.sessions);
      },
    ),
  ),
);

const began = Date.now();
let nextKill = Date.now() + random.integer(500, 2500);
while (Date.now() - began < duration || records.length < least || (kill && kills.length < 3)) {
  await delay(50);
  if (!kill || Date.now() < nextKill) continue;
  kills.push({ pid: daemon.pid, at: Date.now() });
  daemon.kill();
  await daemon.exited;
  daemon = await startDaemon();
  nextKill = Date.now() + random.integer(200, 2500);
}
const hung = (await Promise.all(clients.map((client) => client.ask('stop')))).flat();
proxy.close();
const overLane = sum('overLane');
const verdict = judge(readFileSync(journal, 'utf8'), records, hung, kills, sessions);
if (lane && overLane === 0) verdict.broken.push('no call went over a lane');
report(verdict);
processes.end();
process.exit(verdict.broken.length === 0 ? 0 : 1);

function sum(name) {
  return [...states.values()].reduce((total, state) => total + state[name], 0);
}

function report({ broken: found, unresolved, inFlight }) {
  const outcomes = {};
  for (const { outcome, ran } of records) {
    const name = outcome === 'value' ? 'value' : `${outcome}, ran ${ran}`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
  const times = records.map(({ since, until }) => until - since).sort((one, other) => one - other);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  const summary = {
    seed,
    calls: records.length,
    seconds: Math.round((Date.now() - began) / 1000),
    ...(lane
      ? { connections: sum('connections'), cut: sum('cut'), 'half-close': sum('half-close'), overLane }
      : proxy.counts),
    resumed: sum('resumed'),
    renewed: sum('new'),
    kills: kills.length,
    unresolved,
    inFlightAtKills: inFlight,
    milliseconds: { p50: at(0.5), p99: at(0.99), most: at(1) },
  };
  if (json)
    return console.log(
      JSON.stringify({ summary, outcomes, broken: found.slice(0, 20), count: found.length }),
    );
  console.log(summary);
  console.table(outcomes);
  console.log(found.length === 0 ? 'Every promise was kept.' : `BROKEN (seed ${seed}): ${found.length}`);
  for (const line of found.slice(0, 20)) console.log(`  ${line}`);
}
