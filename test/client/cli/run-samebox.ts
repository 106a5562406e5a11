// The built program in processes of its own, with a runtime directory of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PROGRAM = join(__dirname, '..', '..', '..', 'dist', 'bin', 'samebox.js');

/** What a process printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it. */
export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** One process. */
export class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  private readonly waiting = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const look of this.waiting) look();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      for (const look of this.waiting) look();
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
        for (const look of this.waiting) look();
      });
    });
  }

  /** Resolves when `pattern` was printed; rejects if the process ends before. */
  printed(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const all = this.stdout + this.stderr;
        const over = this.child.exitCode !== null || this.child.signalCode !== null;
        if (!pattern.test(all) && !over) return;
        this.waiting.delete(look);
        if (pattern.test(all)) resolve();
        else reject(new Error(`ended without ${String(pattern)}: ${all}`));
      };
      this.waiting.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** A world of its own: its endpoints are no others'. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'sbx-'));
  private readonly children = new Set<ChildProcess>();

  start(args: readonly string[], { input, env, cwd }: RunOptions = {}): Running {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: cwd ?? this.folder,
      env: { ...bareEnv(), SAMEBOX_RUNTIME_DIR: this.folder, XDG_STATE_HOME: this.folder, ...env },
    });
    this.children.add(child);
    child.once('close', () => this.children.delete(child));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return new Running(child);
  }

  run(args: readonly string[], options?: RunOptions): Promise<Ended> {
    return this.start(args, options).ended;
  }

  /** Ends what still runs, and removes the folder. */
  async close(): Promise<void> {
    const all = [...this.children].map((child) => {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      return gone;
    });
    await Promise.all(all);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function bareEnv(): Record<string, string | undefined> {
  const {
    SAMEBOX_ENDPOINT: _,
    NO_COLOR: _no,
    FORCE_COLOR: _force,
    NODE_OPTIONS: _options,
    ...env
  } = process.env;
  return env;
}
