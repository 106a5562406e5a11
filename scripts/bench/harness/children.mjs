// The processes of one section: starts them, talks to them, ends them all, whatever happened.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE_MS = 3000;

/** All that were started and may run still: who is told to end the benchmark ends them. */
const open = new Set();

/** Ends all processes without a word to them. */
export function killAll() {
  for (const children of open) children.kill();
}

export class Children {
  /** Where sockets lie. */
  folder = mkdtempSync(join(tmpdir(), 'sb-bench-'));
  /** Rejects when a process ends that should not have: others may wait for it, and would do so for ever. */
  failed;
  #fail;
  #children = [];
  #processes = new Set();
  #ending = false;
  #paths = 0;
  #placement;

  /** @param {import('./placement.mjs').Placement} placement which cores they may use. */
  constructor(placement) {
    this.#placement = placement;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
    open.add(this);
  }

  /**
   * Starts a program that talks to us, and waits until it is ready.
   * @param {string} script in scripts/bench.
   * @param {string[]} args
   * @param {string} program what runs it.
   */
  async start(script, args = [], program = execPath) {
    const child = new Child(script, this.spawn(program, [join(scripts, script), ...args], 'ipc'));
    this.#children.push(child);
    void child.exited.then((code) => {
      if (!this.#ending && this.#children.includes(child)) this.#fail(new Error(`${script} ended: ${code}`));
    });
    await child.ready;
    return child;
  }

  /** Where a server can listen: a path that none has had, since some leave their sockets behind. */
  socketPath(name) {
    return join(this.folder, `${name}-${++this.#paths}.sock`);
  }

  /** Ends one that was started. */
  async stop(child) {
    this.#children.splice(this.#children.indexOf(child), 1);
    await child.end(PATIENCE_MS);
  }

  /**
   * Starts any program, where this section's programs run. Who starts it ends it; if something fails, we do.
   * @param {'ignore' | 'ipc'} channel whether it will talk to us.
   */
  spawn(program, args, channel = 'ignore') {
    const [command, ...rest] = this.#placement.command([program, ...args]);
    const process = spawn(command, rest, {
      stdio: ['ignore', channel === 'ipc' ? 2 : 'ignore', 'inherit', channel], // Nothing gets between the results.
      env: { ...env, SAMEBOX_RUNTIME_DIR: this.folder, XDG_CACHE_HOME: this.folder },
    });
    this.#processes.add(process);
    process.once('exit', () => this.#processes.delete(process));
    return process;
  }

  /** Ends what was started, in order where it can, and removes the folder. */
  async end() {
    this.#ending = true;
    await Promise.all(this.#children.map((child) => child.end(PATIENCE_MS)));
    this.#remove();
  }

  /** Ends what was started without a word to it. */
  kill() {
    this.#ending = true;
    this.#remove();
  }

  #remove() {
    for (const process of this.#processes) process.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
    open.delete(this);
  }
}

class Child {
  /** What it said of itself. */
  facts = {};
  #process;
  #script;
  #last = 0;
  #pending = new Map();

  constructor(script, process) {
    this.#script = basename(script);
    this.#process = process;
    this.ready = new Promise((resolve, reject) => this.#pending.set('ready', { resolve, reject }));
    /** Resolves with its exit code, its signal, or why it could not be started. */
    this.exited = new Promise((resolve) => {
      process.on('exit', (code, signal) => resolve(code ?? signal));
      process.on('error', resolve);
    });
    process.on('message', (message) => this.#settle(message));
    void this.exited.then((code) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`${script} ended: ${code}`));
      this.#pending.clear();
    });
  }

  get pid() {
    return this.#process.pid;
  }

  /** Has it do something. */
  ask(command, options = {}) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#pending.set(id, { resolve, reject });
      if (this.#process.connected) this.#process.send({ id, command, options });
      else reject(new Error(`${this.#script} is gone`));
    });
  }

  async end(patience) {
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.kill(), patience);
    await this.exited;
    clearTimeout(timer);
  }

  kill() {
    this.#process.kill('SIGKILL');
  }

  #settle({ ready, facts, id, result, error }) {
    if (ready) this.facts = facts;
    const key = ready ? 'ready' : id;
    const { resolve, reject } = this.#pending.get(key);
    this.#pending.delete(key);
    if (error === undefined) resolve(result);
    else reject(new Error(`${this.#script}: ${error}`));
  }
}
