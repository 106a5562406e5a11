// The processes of a proof (soak, load, fuzz): starts them, asks them, kills them, and ends them all, whatever happened.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { exists, listOf } from './process-facts.mjs';

export class Processes {
  /** Where sockets lie, and segments that are files. */
  folder = mkdtempSync(join(tmpdir(), 'sb-proof-'));
  #all = new Set();
  #pids = [];

  /**
   * Starts a script and waits until it is ready.
   * @param {string} script its path
   * @param {(string | number)[]} args
   * @param {(message: object) => void} onNews hears what it says unasked.
   */
  async start(script, args, onNews) {
    const child = new Child(script, args, this.folder, onNews);
    this.#all.add(child);
    this.#pids.push(child.pid);
    void child.exited.then(() => this.#all.delete(child));
    await child.ready;
    return child;
  }

  /** Those that are there still, be it as zombies. */
  get left() {
    return this.#pids.filter(exists);
  }

  get files() {
    return listOf(this.folder);
  }

  /** Ends what was started without a word to it, and removes the folder. */
  end() {
    for (const child of this.#all) child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class Child {
  /** Resolves when it can be asked; rejects if it ends before. */
  ready;
  /** Resolves with its exit code or its signal. */
  exited;
  /** Whether it was killed by us. */
  killed = false;
  #process;
  #script;
  #last = 0;
  #pending = new Map();

  constructor(script, args, folder, onNews) {
    this.#script = basename(script);
    this.#process = spawn(process.execPath, ['--expose-gc', script, ...args.map(String)], {
      stdio: ['ignore', 2, 'inherit', 'ipc'], // What it prints must not get into the verdict.
      env: { ...process.env, SAMEBOX_RUNTIME_DIR: folder },
    });
    this.ready = new Promise((resolve, reject) => this.#pending.set('ready', { resolve, reject }));
    this.exited = new Promise((resolve) => {
      this.#process.on('exit', (code, signal) => resolve(code ?? signal));
      this.#process.on('error', resolve);
    });
    this.#process.on('message', (message) => {
      if (message.ready) this.#settle('ready', message);
      else if (message.id !== undefined) this.#settle(message.id, message);
      else onNews(message);
    });
    void this.exited.then((code) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`${this.#script} ended: ${code}`));
      this.#pending.clear();
    });
  }

  get pid() {
    return this.#process.pid;
  }

  /** Has it do something. */
  ask(command, options = {}) {
    return new Promise((resolve, reject) => {
      if (!this.#process.connected) return reject(new Error(`${this.#script} is gone`));
      const id = ++this.#last;
      this.#pending.set(id, { resolve, reject });
      this.#process.send({ id, command, options }, () => undefined);
    });
  }

  /**
   * Lets go of it, whereupon it closes what it has open and ends by itself.
   * @returns its exit code; `'does not end'` if it had to be killed after `patience` milliseconds.
   */
  async close(patience) {
    if (this.#process.connected) this.#process.disconnect();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.kill();
    }, patience);
    const code = await this.exited;
    clearTimeout(timer);
    return late ? 'does not end' : code;
  }

  kill() {
    this.killed = true;
    this.#process.kill('SIGKILL');
  }

  #settle(key, { result, error }) {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(new Error(`${this.#script}: ${error}`));
  }
}
