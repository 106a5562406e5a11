// One load from its start to its end: idle clients, busy ones, those that misbehave, and nobody doing anything.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { factsOf, processorTimeOf } from '../support/process-facts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const CLIENT_PROCESSES = 2;
/** Sessions that are there before memory is measured: code is compiled, pools are filled. */
const FIRST = 50;
const CLOSING_MS = 10_000;

/**
 * @param {{ package: string, clients: number, busy: number, milliseconds: number, idleMs: number }} options `milliseconds`
 * of work, `idleMs` of watching nobody do anything.
 * @param {import('../support/processes.mjs').Processes} processes
 */
export async function runLoad({ package: folder, clients, busy, milliseconds, idleMs }, processes, say) {
  const daemon = await processes.start(join(here, 'daemon.mjs'), [folder, 'load']);
  const path = await daemon.ask('path');
  const start = () => processes.start(join(here, 'clients.mjs'), [folder, path]);
  const crowds = await Promise.all(Array.from({ length: CLIENT_PROCESSES }, start));
  const all = (command, options) => Promise.all(crowds.map((crowd) => crowd.ask(command, options)));
  const share = (count) => Math.ceil(count / CLIENT_PROCESSES);

  await all('open', { count: share(FIRST) });
  await all('work', { count: share(FIRST), milliseconds: 500 });
  const bare = { ...(await daemon.ask('memory')), ...factsOf(daemon.pid) };
  say(`${clients} clients come in`);
  const idle = share(clients) * CLIENT_PROCESSES - share(FIRST) * CLIENT_PROCESSES;
  await all('open', { count: idle / CLIENT_PROCESSES });
  const full = { ...(await daemon.ask('memory')), ...factsOf(daemon.pid) };

  say(
    `${busy} of them are busy for ${milliseconds / 1000} s, beside one that never reads and one that sends a byte a second`,
  );
  await crowds[0].ask('misbehave');
  const answers = (await all('work', { count: share(busy), milliseconds })).flat();
  const loaded = await daemon.ask('status');
  await crowds[0].ask('leave', { count: 2 });

  say(`nobody does anything for ${idleMs / 1000} s`);
  await sleep(Math.min(1000, idleMs));
  const before = processorTimeOf(daemon.pid);
  await sleep(idleMs);
  const idleTime = processorTimeOf(daemon.pid) - before;
  const looks = await all('look');
  const status = await daemon.ask('status');

  for (const crowd of crowds) await crowd.close(CLOSING_MS);
  await until(async () => (await daemon.ask('status')).sessions === 0);
  const left = factsOf(daemon.pid).descriptors - bare.descriptors + share(FIRST) * CLIENT_PROCESSES;
  const code = await daemon.close(CLOSING_MS);
  return {
    sessions: status.sessions,
    open: looks.reduce((sum, { open }) => sum + open, 0),
    failures: looks.reduce((sum, { failures }) => sum + failures, 0),
    stray: status.counters.stray,
    perSession: perSession(bare, full, idle),
    answers,
    pendingBytes: loaded.pendingBytes,
    idleProcessorMs: idleTime,
    idleMs,
    descriptorsLeft: left,
    code,
  };
}

/** Bytes that one idle session more takes. */
function perSession(bare, full, count) {
  const of = (name) => Math.round((full[name] - bare[name]) / count);
  return { rss: of('rss'), heapUsed: of('heapUsed'), external: of('external') };
}

async function until(holds) {
  while (!(await holds())) await sleep(20);
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
