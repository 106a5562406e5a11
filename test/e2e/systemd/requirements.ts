// What a machine needs so that a systemd can be booted on it, and the tests that are skipped where something is missing.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { OS } from '../../../src/os';
import { ownCgroup } from './cgroup';

/** Programs and parts of systemd, and Debian's names for the packages with them are in `install-packages.sh`. */
const PROGRAMS = [
  'unshare',
  'nsenter',
  'pivot_root',
  'setpriv',
  'systemctl',
  'systemd-analyze',
  'dbus-daemon',
];
const PARTS = ['security/pam_systemd.so', 'libnss_systemd.so.2'];

/** What is missing here; undefined where all is there. */
function missing(): string | undefined {
  if (OS !== 'linux') return 'this is not Linux';
  if (process.geteuid?.() !== 0) return 'only root can make namespaces';
  if (!existsSync('/lib/systemd/systemd')) return 'systemd is not installed';
  const absent = PROGRAMS.find((name) => !isInstalled(name)) ?? PARTS.find((part) => !isThere(part));
  if (absent !== undefined) return `${absent} is not installed`;
  const cgroup = ownCgroup();
  if (cgroup === undefined) return 'cgroup2 is not mounted';
  if (!writable(cgroup)) return 'no control group can be made';
  const tried = spawnSync('unshare', ['--mount', '--pid', '--net', '--cgroup', '--fork', 'true'], {
    encoding: 'utf8',
  });
  return tried.status === 0 ? undefined : `no namespaces can be made: ${tried.stderr.trim()}`;
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

/** Whether a library is in one of the places where systems have theirs. */
function isThere(part: string): boolean {
  const triplets = readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu'));
  const folders = ['/usr/lib64', '/usr/lib', ...triplets.map((name) => join('/usr/lib', name))];
  return folders.some((folder) => existsSync(join(folder, part)));
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const reason = missing();
if (reason !== undefined) {
  const message = `Tests with a real systemd are skipped: ${reason}.`;
  if (process.env['SAMEBOX_TEST_SYSTEMD'] === 'required') throw new Error(message);
  process.stderr.write(`${message}\n`); // Jest keeps what a skipped file says to its console to itself.
}

/** `describe`, where a systemd can be booted. */
export const withSystemd = reason === undefined ? describe : describe.skip;
