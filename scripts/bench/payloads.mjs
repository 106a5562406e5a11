// What large payloads cost, against one copy of the same bytes and against peers, in one run: handing 64 MiB over, copied
// and in a segment; both directions; segments of 1 MiB to 1 GiB; one frame to eight readers; small calls meanwhile.
//
//   npm run bench:payloads
//   node scripts/bench/payloads.mjs [--quick] [--json] [--pin] [--rounds N] [--only transfers,fanOut,smallCalls]
//
// Daemon, clients, readers and peers are processes of their own. All contenders have a turn in each round; what counts are
// ratios within a round, and the median of these: the machine's speed changes from minute to minute.
// Every contender is warmed up before its turn, and works on memory that was touched before: on a virtual machine the first
// touch of 64 MiB can take longer than ten copies. Memory that a peer takes anew for every message is a cost of that peer.
// Nothing is pinned to one core, as `calls.mjs` does it: sender and receiver of bytes work at the same time, and zeromq and
// samebox copy in threads of their own. `--pin` puts all servers on one core and all clients on another.
// The receiver looks at 16 places of every payload; a wrong content ends the run with exit code 1. A goal that is missed does not.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Children } from './payloads/children.mjs';
import { goals } from './payloads/goals.mjs';
import { report } from './payloads/report.mjs';
import { run, SECTION_NAMES } from './payloads/run.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    pin: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: SECTION_NAMES.join() },
  },
});
const count = Number(values.rounds ?? (values.quick ? 3 : 9));
const only = values.only.split(',');
if (!(Number.isInteger(count) && count > 0)) throw new TypeError('--rounds: a whole number from 1 up');
if (!only.every((name) => SECTION_NAMES.includes(name)))
  throw new TypeError(`--only: of ${SECTION_NAMES.join()}`);

const children = new Children(values.pin);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    children.kill();
    process.exit(130);
  });
process.once('exit', () => children.kill());

try {
  const outcome = await Promise.race([
    children.failed,
    run(children, {
      count,
      only,
      sizes: values.quick ? [1, 16, 256] : [1, 4, 16, 64, 256, 1024],
      onRound: (section, round) => progress(`${section}: round ${round + 1} of ${count}`),
    }),
  ]);
  progress('');
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    count,
    pinned: children.pinned,
  };
  const result = { machine, ...outcome, goals: goals(outcome) };
  if (values.json) console.log(JSON.stringify(result, null, 2));
  else report(result);
} finally {
  await children.end();
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
