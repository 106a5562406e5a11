// How long it takes until a server listens, and until a command is done.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { contenders as all } from '../contenders/contenders.mjs';
import { startPair } from '../harness/pairs.mjs';
import { exited, listening } from '../harness/start-up.mjs';
import { ended, NODE, PROGRAM, script, SERVE, serving } from './serving.mjs';

const ms = (head) => [{ key: 'time', head, unit: 'ms', better: 'less' }];

export const start = {
  name: 'start',
  title: 'From the start of a process until it listens',
  note:
    'Milliseconds until a client can connect; of `node -e 0` until it has ended. `samebox serve` has a TypeScript config that was ' +
    'compiled before; the other rows are the servers of this benchmark.',
  columns: ms('until it listens'),
  base: 'node',
  chart: 'time',
  async enter({ children, contenders }) {
    const serve = await serving(children);
    return [
      { ...NODE, take: () => ending(children, '-e', '0') },
      { ...SERVE, take: () => until(serve, children.folder) },
      ...contenders.map((contender) => ({ ...contender, take: () => untilServing(children, contender) })),
    ];
  },
};

export const commandLine = {
  name: 'commandLine',
  title: 'From a command to its end',
  note: 'Milliseconds: node starts, loads what it needs, connects, calls, prints, ends.',
  columns: ms('until it has ended'),
  base: 'node',
  chart: 'time',
  async enter({ children }) {
    const servers = all().filter(({ name }) => ['echo', 'samebox'].includes(name));
    const pairs = await Promise.all(servers.map((server) => startPair(children, server, 0)));
    const [echo, samebox] = pairs.map(({ path }) => path);
    const row = (name, title, kind, ...words) => ({
      name,
      title,
      kind,
      take: () => ending(children, ...words),
    });
    return [
      row('node', NODE.title, 'floor', '-e', '0'),
      row('echo', 'a script: one bare echo', 'floor', script('baselines/one-echo.mjs'), echo),
      row('script', 'a script: samebox, one call', 'samebox', script('baselines/one-call.mjs'), samebox),
      row('call', 'samebox call bench noop', 'samebox', PROGRAM, '-e', samebox, 'call', 'bench', 'noop'),
    ];
  },
};

/** Milliseconds until Node with these arguments has ended. */
async function ending(children, ...words) {
  return { time: await exited(() => children.spawn(execPath, words)) };
}

/** Milliseconds until what is begun listens in `folder`; then it is ended. */
async function until(begin, folder) {
  const { process, time } = await listening(begin, folder);
  await ended(process);
  return { time };
}

function untilServing(children, { server, args = [], program = execPath }) {
  const folder = mkdtempSync(join(children.folder, 'start-'));
  const words = [script(server), join(folder, 's.sock'), ...args];
  return until(() => children.spawn(program, words, 'ipc'), folder);
}
