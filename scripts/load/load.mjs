// Many clients at one daemon: 1,000 connected, 100 of them busy at a common target, one that never reads, one that sends a
// byte a second. Is it fair, what does a session cost that does nothing, and what does a daemon where nobody does anything?
//
//   node scripts/load/load.mjs [--minutes 10] [--clients 1000] [--busy 100] [--short] [--json] [--package dist]
//
// Promised: no busy session gets less than half of the mean; an idle session takes 60 KB at most (the larger of resident memory and of
// heap and buffers, after the garbage collectors and malloc_trim have run); a daemon where nobody does anything takes no processor time (at most 5 ms in a
// second); nobody is thrown out, no call fails. `--short` is over in some seconds, with fewer clients, and judges no times.
// Exit code 1, if a promise was broken.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Processes } from '../support/processes.mjs';
import { runLoad } from './run.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string' },
    busy: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    package: { type: 'string', default: fileURLToPath(new URL('../../dist', import.meta.url)) },
  },
});
const { short, json } = values;
const options = {
  package: values.package,
  clients: Number(values.clients ?? (short ? 300 : 1000)),
  busy: Number(values.busy ?? (short ? 20 : 100)),
  milliseconds: short ? 1500 : Number(values.minutes) * 60_000 * 0.9,
  idleMs: short ? 500 : Math.max(2000, Number(values.minutes) * 60_000 * 0.1),
};

const processes = new Processes();
process.once('exit', () => processes.end());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

try {
  const seen = await runLoad(options, processes, (text) => console.error(text));
  const promises = judged(seen);
  const broken = promises.filter(({ kept }) => !kept);
  if (json) console.log(JSON.stringify({ seen, promises, broken }, null, 2));
  else console.table(promises);
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`Broken: the load could not go on. ${error.stack}`);
  process.exitCode = 1;
} finally {
  processes.end();
}

function judged(seen) {
  const mean = seen.answers.reduce((sum, count) => sum + count, 0) / seen.answers.length;
  const least = Math.min(...seen.answers);
  const { rss, heapUsed, external } = seen.perSession;
  const perSession = Math.max(rss, heapUsed + external);
  const perSecond = seen.idleProcessorMs / (seen.idleMs / 1000);
  const promise = (name, value, kept) => ({ promise: name, value, kept });
  return [
    promise('clients connected', seen.open, seen.open >= options.clients),
    promise('sessions', seen.sessions, seen.sessions === seen.open),
    promise('calls that failed', seen.failures, seen.failures === 0),
    promise('calls answered', mean * seen.answers.length, mean > 0),
    promise('least of the mean that a busy session got', round(least / mean), least >= mean / 2),
    promise('bytes of an idle session', perSession, perSession <= 60_000),
    promise('bytes that wait for who never reads', seen.pendingBytes, seen.pendingBytes < 32e6),
    promise('processor ms in an idle second', round(perSecond), short || perSecond <= 5),
    promise('errors that nobody caught', seen.stray, seen.stray === 0),
    promise('descriptors left behind', seen.descriptorsLeft, seen.descriptorsLeft <= 0),
    promise('exit code of the daemon', seen.code, seen.code === 0),
  ];
}

function round(number) {
  return Math.round(number * 100) / 100;
}
