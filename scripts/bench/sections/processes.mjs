// Processes: until a server listens, until a command is done, and how much memory they take.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPair } from '../harness/pairs.mjs';
import { exited, listening } from '../harness/start-up.mjs';

const program = fileURLToPath(new URL('../../../dist/bin/samebox.js', import.meta.url));
const script = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const LOAD = 128;
const SETTLE_MS = 500;
const MEGABYTE = 1e6;

const EMPTY = { name: 'node', title: 'node -e 0', kind: 'floor' };
const ms = (key, head) => ({ key, head, unit: 'ms', better: 'less' });

const CONFIG = `import { defineBox } from 'samebox/daemon';

class Bench {
  /** Does nothing. */
  noop(): void {}
}

export default defineBox({ name: 'bench', targets: { bench: () => new Bench() } });
`;

/** A TypeScript config in the section's folder. */
function configIn(folder) {
  const path = join(folder, 'samebox.config.ts');
  writeFileSync(path, CONFIG);
  return path;
}

/** `samebox serve` as a user starts it, its config cached by an earlier start. Gives how to start it. */
async function serving(children) {
  const args = [program, 'serve', configIn(children.folder), '--quiet'];
  const start = () => children.spawn(process.execPath, args);
  await ended(await listening(start, children.folder));
  return start;
}

async function ended({ process, time }) {
  process.kill('SIGTERM');
  await exitOf(process);
  return { time };
}

const exitOf = (process) => (process.exitCode ?? process.signalCode) === null && once(process, 'exit');

export const start = {
  name: 'start',
  title: 'From the start of a process until it listens',
  note:
    'Milliseconds until a client can connect; of `node -e 0` until it has ended. `samebox serve` has a TypeScript config that was ' +
    'compiled before; the other rows are the servers of this benchmark.',
  columns: [ms('time', 'until it listens')],
  base: 'node',
  chart: 'time',
  async enter({ children, contenders }) {
    const serve = await serving(children);
    const until = async (begin, folder) => ended(await listening(begin, folder));
    const servers = contenders
      .filter(({ hot }) => !hot)
      .map(({ name, title, kind, server, args = [], program: runner = process.execPath }) => ({
        name,
        title,
        kind,
        take: () => {
          const folder = mkdtempSync(join(children.folder, 'start-')); // Some leave their sockets behind.
          const words = [script(server), join(folder, 's.sock'), ...args];
          return until(() => children.spawn(runner, words, 'ipc'), folder);
        },
      }));
    return [
      {
        ...EMPTY,
        take: async () => ({ time: await exited(() => children.spawn(process.execPath, ['-e', '0'])) }),
      },
      {
        name: 'serve',
        title: 'samebox serve, with a cached config',
        kind: 'samebox',
        take: () => until(serve, children.folder),
      },
      ...servers,
    ];
  },
};

export const commandLine = {
  name: 'commandLine',
  title: 'From a command to its end',
  note: 'Milliseconds: node starts, loads what it needs, connects, calls, prints, ends.',
  columns: [ms('time', 'until it has ended')],
  base: 'node',
  chart: 'time',
  async enter({ children, contenders }) {
    await startPair(
      children,
      contenders.find(({ name }) => name === 'echo'),
      0,
    );
    await startPair(
      children,
      contenders.find(({ name }) => name === 'samebox'),
      0,
    );
    const at = (name) => join(children.folder, `${name}.sock`);
    const row = (name, title, kind, ...words) => ({
      name,
      title,
      kind,
      take: async () => ({ time: await exited(() => children.spawn(process.execPath, words)) }),
    });
    return [
      row('node', 'node -e 0', 'floor', '-e', '0'),
      row('echo', 'a script: one bare echo', 'floor', script('baselines/one-echo.mjs'), at('echo')),
      row(
        'script',
        'a script: samebox, connect and call',
        'samebox',
        script('baselines/one-call.mjs'),
        at('samebox'),
      ),
      row(
        'call',
        'samebox call bench noop',
        'samebox',
        program,
        '-e',
        at('samebox'),
        'call',
        'bench',
        'noop',
      ),
    ];
  },
};

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
    const settled = () => sleep(short ? 50 : SETTLE_MS);
    const serve = await serving(children);
    const spawned = async (process) => {
      await settled();
      const { now } = residentOf(process.pid);
      process.kill('SIGTERM');
      await exitOf(process);
      return now;
    };
    return [
      {
        ...EMPTY,
        title: 'an empty Node process',
        take: async () => ({
          idle: await spawned(children.spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])),
        }),
      },
      {
        name: 'serve',
        title: 'samebox serve, with a cached config',
        kind: 'samebox',
        take: async () => ({ idle: await spawned((await listening(serve, children.folder)).process) }),
      },
      ...contenders
        .filter(({ hot }) => !hot)
        .map((contender) => ({ ...contender, take: () => measured(children, contender, settled, seconds) })),
    ];
  },
};

async function measured(children, contender, settled, seconds) {
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
