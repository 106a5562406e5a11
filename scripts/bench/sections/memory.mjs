// How much memory a server takes.
import { readFileSync } from 'node:fs';
import { execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPair } from '../harness/pairs.mjs';
import { listening } from '../harness/start-up.mjs';
import { ended, NODE, SERVE, serving } from './serving.mjs';

const LOAD = 128;
const SETTLE_MS = 500;
const SHORT_SETTLE_MS = 50;
const MEGABYTE = 1e6;

const mb = (key, head) => ({ key, head, unit: 'MB', better: 'less' });

export const memory = {
  name: 'memory',
  title: 'Memory of a server',
  note:
    `Resident megabytes: half a second after it listens, and the most that it had by the end of a time of calls, ${LOAD} in flight. ` +
    '`samebox serve` is what users start; the other rows are the servers of this benchmark.',
  columns: [mb('idle', 'idle'), mb('load', 'under load')],
  base: 'node',
  chart: 'idle',
  most: 5,
  only: 'free',
  async enter({ children, contenders, seconds, short }) {
    const settled = () => sleep(short ? SHORT_SETTLE_MS : SETTLE_MS);
    const serve = await serving(children);
    const idle = async (process) => {
      await settled();
      const { now } = residentOf(process.pid);
      await ended(process);
      return { idle: now };
    };
    const empty = () => children.spawn(execPath, ['-e', 'setInterval(() => {}, 1e6)']);
    return [
      { ...NODE, title: 'an empty Node process', take: () => idle(empty()) },
      { ...SERVE, take: async () => idle((await listening(serve, children.folder)).process) },
      ...contenders.map((contender) => ({
        ...contender,
        take: () => idleAndLoaded(children, contender, settled, seconds),
      })),
    ];
  },
};

async function idleAndLoaded(children, contender, settled, seconds) {
  const pair = await startPair(children, contender);
  await settled();
  const { now: idle } = residentOf(pair.server.pid);
  await pair.client.ask('flood', { work: 'calls', inFlight: LOAD, seconds });
  const { most: load } = residentOf(pair.server.pid);
  await children.stop(pair.client);
  await children.stop(pair.server);
  return { idle, load };
}

/** Resident memory of a process now, and the most that it had, in megabytes, as Linux tells. */
function residentOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const of = (key) => (Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)[1]) * 1024) / MEGABYTE;
  return { now: of('VmRSS'), most: of('VmHWM') };
}
