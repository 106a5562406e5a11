// Small calls of one client while another moves payloads of 64 MiB, back to back: how long they wait in the daemon.
import { setTimeout as sleep } from 'node:timers/promises';
import { rounds } from '../../harness/rounds.mjs';
import { median } from '../../harness/statistics.mjs';

const MEBIBYTES = 64;
/** How long calls are watched, and how long before and after them payloads are moved: milliseconds. */
const TIMES = { watch: 1500, lead: 300 };
const SHORT_TIMES = { watch: 150, lead: 50 };

/** What the other client does meanwhile. */
const MEANWHILE = { nothing: undefined, 'sends, copied': 'argument', 'receives, copied': 'result' };

/** @param {import('../run.mjs').Run} run */
export async function smallCalls({ children, daemon, client, endpoint, count, short, onRound }) {
  const caller = await children.start('payloads/samebox-caller.mjs', [endpoint]);
  for (const way of Object.values(MEANWHILE))
    if (way !== undefined) await client.ask('prepare', { way, mebibytes: MEBIBYTES });
  const results = await rounds(
    count,
    Object.keys(MEANWHILE),
    (name) => watch({ daemon, client, caller }, MEANWHILE[name], short ? SHORT_TIMES : TIMES),
    onRound,
  );
  return Object.entries(results).map(([meanwhile, values]) => ({ meanwhile, ...summary(values) }));
}

async function watch({ daemon, client, caller }, way, { watch: watched, lead }) {
  const milliseconds = lead + watched + lead;
  const flood =
    way === undefined
      ? sleep(milliseconds)
      : client.ask('flood', { way, mebibytes: MEBIBYTES, milliseconds });
  await Promise.race([flood, sleep(lead)]);
  await daemon.ask('watch');
  await caller.ask('begin');
  await sleep(watched);
  const trip = await caller.ask('end');
  const { loop, start } = await daemon.ask('unwatch');
  const payloads = (await flood) ?? 0;
  return { loop, start, trip, perSecond: (payloads * 1000) / milliseconds };
}

/** Medians over the rounds, of the longest wait too; and the longest of all rounds, which may be the machine's doing. */
function summary(values) {
  const waits = (key) => ({
    p99: median(values.map((value) => value[key].p99)),
    max: median(values.map((value) => value[key].max)),
    worst: Math.max(...values.map((value) => value[key].max)),
  });
  return {
    payloadsPerSecond: median(values.map(({ perSecond }) => perSecond)),
    calls: values.reduce((sum, { start }) => sum + start.count, 0),
    loop: waits('loop'),
    start: waits('start'),
    trip: waits('trip'),
  };
}
