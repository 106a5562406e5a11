// The program as a user starts it, in a folder of its own: how long it takes, and what it takes.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SAMEBOX = fileURLToPath(new URL('../../../dist/bin/samebox.js', import.meta.url));
const CONFIG = `import { defineBox } from 'samebox/daemon';
export default defineBox({ name: 'start', targets: { counter: { noop() {} } } });
`;

/** Whether processes can be pinned to a core here. */
export const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

export class Programs {
  #folder = mkdtempSync(join(tmpdir(), 'sb-start-'));
  #pinned;
  #running = new Set();

  /** @param {boolean} pinned whether all that is started shares one core. */
  constructor(pinned) {
    this.#pinned = pinned;
    writeFileSync(join(this.#folder, 'samebox.config.mjs'), CONFIG);
  }

  /** Milliseconds from the start of `node ...args` to its end: on the clock, and of processor time (to 10 ms). */
  async toEnd(...args) {
    const before = childrenTime();
    const start = performance.now();
    const [code] = await once(this.#spawn(args), 'exit');
    const wall = performance.now() - start;
    if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
    return { wall, cpu: childrenTime() - before };
  }

  /** The same for a command of samebox. */
  command(...args) {
    return this.toEnd(SAMEBOX, ...args);
  }

  /** Starts a daemon. Milliseconds until it accepts a connection, and the daemon. */
  async daemon(name, ...args) {
    const start = performance.now();
    const child = this.#spawn([SAMEBOX, 'serve', '-e', name, '--log-format', 'json', ...args]);
    while (!(await accepts(join(this.#folder, `${name}.sock`)))) {
      if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}`);
      await sleep(1);
    }
    const wall = performance.now() - start;
    return { wall, cpu: processorTime(child.pid), pid: child.pid, stop: () => stopped(child) };
  }

  /** A Node process that does nothing. */
  idle() {
    const child = this.#spawn(['-e', 'setInterval(() => undefined, 1e9)']);
    return { pid: child.pid, stop: () => stopped(child) };
  }

  /** Ends what still runs, and removes the folder. */
  end() {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(args) {
    const command = [...(this.#pinned ? ['taskset', '-c', '1'] : []), process.execPath, ...args];
    const child = spawn(command[0], command.slice(1), {
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, SAMEBOX_RUNTIME_DIR: this.#folder, XDG_CACHE_HOME: this.#folder },
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }
}

/** Megabytes: as `ps` shows them, by share of what several processes have, and of this process alone. */
export function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const of = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)[1]) / 1024;
  return { rss: of('Rss'), pss: of('Pss'), own: of('Private_Clean') + of('Private_Dirty') };
}

function accepts(path) {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (yes) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

async function stopped(child) {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Processor time of all threads of a process, in milliseconds. */
function processorTime(pid) {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, time) => sum + time, 0) / 1e6;
}

/** Processor time of the children of this process that have ended, in milliseconds. */
function childrenTime() {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
