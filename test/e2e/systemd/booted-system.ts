// A real systemd in namespaces of its own: booted, made to run commands, ended. It dies with the test's process.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeCgroup, removeCgroup } from './cgroup';
import { until } from './until';

const PACKAGE = realpathSync(join(__dirname, '..', '..', '..'));
const NAMESPACES = ['--mount', '--uts', '--ipc', '--cgroup', '--net', '--pid'];
/** Puts itself into the cgroup `$0`, where the cgroup namespace then begins. */
const ENTER_CGROUP = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
const POWER_OFF = 34 + 3; // SIGRTMIN+3, as systemd(1) has it. Node knows no names of real-time signals.
const WAKE_EVERY = 50;

/** A user of that system. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
}

/** How a command ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Default: root. */
  readonly as?: SystemUser;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: `/`. */
  readonly directory?: string;
  /** Default: what it prints can be read, and it reads nothing. */
  readonly stdio?: StdioOptions;
}

export class BootedSystem {
  /** Each an `nsenter`, which waits out here for the process that it has started in there. */
  private readonly children = new Set<ChildProcess>();

  private constructor(
    private readonly outer: ChildProcess,
    /** Of its process 1, as seen from here. */
    private readonly pid: number,
    private readonly cgroup: string,
  ) {}

  /** Resolves when all that starts at boot has started. */
  static async boot(users: readonly SystemUser[] = []): Promise<BootedSystem> {
    const cgroup = makeCgroup();
    const script = [
      join(__dirname, 'boot.sh'),
      PACKAGE,
      process.execPath,
      ...users.map(({ name, uid }) => `${name}:${String(uid)}`),
    ];
    const unshare = ['unshare', ...NAMESPACES, '--fork', '--kill-child', 'sh', ...script];
    const outer = spawn('setpriv', ['--pdeathsig=KILL', 'sh', '-c', ENTER_CGROUP, cgroup, ...unshare], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const complaints = text(outer.stderr);
    const gone = once(outer, 'exit').then(async ([code]: unknown[]) => {
      throw new Error(`systemd did not boot: ${String(code)} ${(await complaints).trim()}`);
    });
    gone.catch(() => undefined);
    const [pid] = (await Promise.race([once(createInterface(outer.stdout), 'line'), gone])) as [string];
    const system = new BootedSystem(outer, Number(pid), cgroup);
    try {
      await Promise.race([gone, until('systemd has booted', () => system.isUp())]);
    } catch (error) {
      await system.end();
      throw error;
    }
    return system;
  }

  /** A file of that system, as a path that works here. Absolute links on the way lead astray. */
  path(inside: string): string {
    return `/proc/${String(this.pid)}/root${inside}`;
  }

  /** Starts a command in it. */
  spawn(command: readonly string[], options: RunOptions = {}): ChildProcess {
    const { as, env = {}, directory = '/', stdio = ['ignore', 'pipe', 'pipe'] } = options;
    const become =
      as === undefined
        ? []
        : ['setpriv', `--reuid=${String(as.uid)}`, `--regid=${String(as.uid)}`, '--init-groups'];
    const enter = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', `--wdns=${directory}`];
    const child = spawn('nsenter', [`--target=${String(this.pid)}`, ...enter, ...become, ...command], {
      env: { ...environment(as), ...env },
      stdio,
    });
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return child;
  }

  /** Runs a command in it to its end. */
  async run(command: readonly string[], options?: RunOptions): Promise<Ran> {
    const child = this.spawn(command, options);
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, stdout, stderr };
  }

  /** What a command printed. Rejects with all it said if it failed. */
  async output(command: readonly string[], options?: RunOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, options);
    if (code !== 0) throw new Error(`${command.join(' ')}: ${String(code)}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Shuts it down in order, as a machine is. */
  async powerOff(): Promise<void> {
    process.kill(this.pid, POWER_OFF);
    await this.gone();
  }

  /** Ends it at once. */
  async end(): Promise<void> {
    // With its process 1 the kernel kills all others, and with the last one its mounts go.
    if (this.isAlive()) process.kill(this.pid, 'SIGKILL');
    await this.gone();
    removeCgroup(this.cgroup);
  }

  private isAlive(): boolean {
    return this.outer.exitCode === null && this.outer.signalCode === null;
  }

  private async gone(): Promise<void> {
    // Before systemd kills what is left, it stops it. An nsenter stops with its process, and must be woken to see it die.
    const waker = setInterval(() => this.children.forEach((child) => child.kill('SIGCONT')), WAKE_EVERY);
    if (this.isAlive()) await once(this.outer, 'exit');
    clearInterval(waker);
  }

  private async isUp(): Promise<boolean> {
    const { stdout } = await this.run(['systemctl', 'is-system-running', '--wait']);
    return /^(running|degraded)$/m.test(stdout);
  }
}

/** What a login would set. */
function environment(as: SystemUser | undefined): NodeJS.ProcessEnv {
  const name = as?.name ?? 'root';
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: as === undefined ? '/root' : `/home/${name}`,
    USER: name,
    LOGNAME: name,
    LANG: 'C.UTF-8',
    ...(as !== undefined && { XDG_RUNTIME_DIR: `/run/user/${String(as.uid)}` }),
  };
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let all = '';
  if (stream !== null) for await (const chunk of stream) all += String(chunk);
  return all;
}
