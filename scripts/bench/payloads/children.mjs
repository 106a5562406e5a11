// The processes of one run: starts them, talks to them, ends them all, whatever happened.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const PATIENCE_MS = 3000;

/** Cores, if processes are pinned: what serves on one, what asks on the other. */
export const SERVERS = 1;
export const CLIENTS = 0;

export class Children {
  /** Where sockets lie. */
  folder = mkdtempSync(join(tmpdir(), 'sb-bench-'));
  /** Rejects when a process ends that should not have: others may wait for it, and would do so for ever. */
  failed;
  #fail;
  #children = [];
  #ending = false;
  #pin;

  /** @param {boolean} pin whether to pin processes, where that can be done. */
  constructor(pin) {
    this.#pin = pin && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
  }

  get pinned() {
    return this.#pin;
  }

  /**
   * Starts a script and waits until it is ready.
   * @param {string} script in this folder.
   * @param {string[]} args
   * @param {number} core where it stays, if processes are pinned.
   */
  async start(script, args, core) {
    const command = [process.execPath, join(here, script), ...args];
    const [program, ...rest] = this.#pin ? ['taskset', '-c', String(core), ...command] : command;
    const child = new Child(
      script,
      spawn(program, rest, {
        stdio: ['ignore', 2, 'inherit', 'ipc'], // What it prints must not get between the results.
        env: { ...process.env, SAMEBOX_RUNTIME_DIR: this.folder },
      }),
    );
    this.#children.push(child);
    void child.exited.then((code) => this.#ending || this.#fail(new Error(`${script} ended: ${code}`)));
    await child.ready;
    return child;
  }

  /** Ends what was started, in order where it can, and removes the folder. */
  async end() {
    this.#ending = true;
    await Promise.all(this.#children.map((child) => child.end(PATIENCE_MS)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends what was started without a word to it. */
  kill() {
    this.#ending = true;
    for (const child of this.#children) child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class Child {
  #process;
  #script;
  #last = 0;
  #pending = new Map();

  constructor(script, process) {
    this.#script = script;
    this.#process = process;
    this.ready = new Promise((resolve, reject) => this.#pending.set('ready', { resolve, reject }));
    /** Resolves with its exit code, its signal, or why it could not be started. */
    this.exited = new Promise((resolve) => {
      process.on('exit', (code, signal) => resolve(code ?? signal));
      process.on('error', resolve);
    });
    process.on('message', ({ ready, id, result, error }) => {
      const key = ready ? 'ready' : id;
      const { resolve, reject } = this.#pending.get(key);
      this.#pending.delete(key);
      if (error === undefined) resolve(result);
      else reject(new Error(`${script}: ${error}`));
    });
    void this.exited.then((code) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`${script} ended: ${code}`));
      this.#pending.clear();
    });
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
}
