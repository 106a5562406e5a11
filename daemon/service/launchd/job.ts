// A box as launchd's job: its property list, and where its files lie.
import { dirname, join } from 'node:path/posix';
import type { ServiceScope } from '../../../src/service-request';
import type { BoxToInstall } from '../service-manager';
import { plistText } from './plist';

/** Where jobs are installed, and for whom. */
export interface MacHost {
  readonly uid: number;
  readonly home: string;
  /** Who called sudo; the machine's service runs as this user, since macOS has none that exists only while it runs. */
  readonly behindSudo: string | undefined;
}

export interface JobPaths {
  readonly plist: string;
  readonly log: string;
  /** Variables for the daemon, written by the person. */
  readonly environment: string;
}

const FILE = /^samebox\.(.+)\.plist$/;

/** `samebox.lab`. */
export function jobLabel(name: string): string {
  return `samebox.${name}`;
}

export function boxOfPlist(file: string): string | undefined {
  return FILE.exec(file)?.[1];
}

/** The folder of property lists: an agent runs while its user is logged in, a daemon from boot on. */
export function jobFolder(scope: ServiceScope, { home }: MacHost): string {
  return scope === 'system' ? '/Library/LaunchDaemons' : join(home, 'Library', 'LaunchAgents');
}

export function jobPaths(scope: ServiceScope, name: string, host: MacHost): JobPaths {
  const system = scope === 'system';
  return {
    plist: join(jobFolder(scope, host), `${jobLabel(name)}.plist`),
    log: join(system ? '/' : host.home, 'Library', 'Logs', 'samebox', `${name}.log`),
    environment: join(system ? '/etc' : join(host.home, '.config'), 'samebox', `${name}.env`),
  };
}

/** What launchd calls the job: `gui/501/samebox.lab`. */
export function jobTarget(scope: ServiceScope, name: string, host: MacHost): string {
  return `${jobDomain(scope, host)}/${jobLabel(name)}`;
}

export function jobDomain(scope: ServiceScope, { uid }: MacHost): string {
  return scope === 'system' ? 'system' : `gui/${uid}`;
}

/** launchd knows no files with variables: a shell reads them, and is the daemon from then on. */
const WITH_ENVIRONMENT = 'set -a; [ ! -r "$0" ] || . "$0"; exec "$@"';
/** For the process itself to end, when all is closed. */
const ENDING_MS = 5000;

export function jobText(box: BoxToInstall, host: MacHost): string {
  const { scope, name, node, script, config } = box;
  const { environment, log } = jobPaths(scope, name, host);
  const daemon = [node, script, 'serve', config, '-e', name, '--log-format', 'json'];
  const stopping = Math.ceil((box.drainTimeout + box.closingTime + ENDING_MS) / 1000);
  return plistText(
    [
      `The samebox "${name}", written by \`samebox service install\`, which will write it anew.`,
      'It starts at once and with every boot or login (RunAtLoad), and again when it crashes (KeepAlive).',
      `When it is stopped, running calls get their time before launchd kills it (ExitTimeOut).`,
      `Variables for it: ${environment}, NAME=value in each line, if you write that file.`,
    ],
    {
      Label: jobLabel(name),
      ProgramArguments: ['/bin/sh', '-c', WITH_ENVIRONMENT, environment, ...daemon],
      WorkingDirectory: dirname(config),
      ...(scope === 'system' && host.behindSudo !== undefined && { UserName: host.behindSudo }),
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      // 0 is without end to launchd.
      ExitTimeOut: stopping === Infinity ? 0 : stopping,
      Umask: 0o077,
      StandardOutPath: log,
      StandardErrorPath: log,
    },
  );
}
