// The machine as seen by what manages its services: files, accounts, and systemd's answers. Handed in, so that tests can be anywhere.
import { execFile } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path/posix';
import { codeOf, groupId } from '../../../src/native';
import type { PathFacts } from './conflicts';
import type { Folders } from './unit-names';

/** Where and as whom services are managed. */
export interface Host extends Folders {
  readonly uid: number;
  readonly user: string;
  /** Who called sudo, if somebody did. */
  readonly behindSudo: string | undefined;
  /** In front of every path: empty, but for tests. */
  readonly root: string;
  /** Variables that `systemctl --user` needs and this process lacks. */
  readonly userEnv: Readonly<Record<string, string>>;
  /** What a program prints; `undefined` if it isn't there or fails. */
  readonly ask: (
    command: readonly [string, ...string[]],
    env?: NodeJS.ProcessEnv,
  ) => Promise<string | undefined>;
  readonly groupId: (name: string) => number | undefined;
}

export function thisHost(env: NodeJS.ProcessEnv = process.env): Host {
  const uid = process.geteuid?.() ?? -1;
  const absolute = (path: string | undefined): string | undefined =>
    path?.startsWith('/') ? path : undefined;
  const runtime = absolute(env['XDG_RUNTIME_DIR']) ?? `/run/user/${uid}`;
  return {
    uid,
    user: userInfo().username,
    behindSudo: env['SUDO_USER'] || undefined,
    root: '',
    configHome: absolute(env['XDG_CONFIG_HOME']) ?? join(homedir(), '.config'),
    runtime,
    userEnv: env['XDG_RUNTIME_DIR'] === runtime ? {} : { XDG_RUNTIME_DIR: runtime },
    ask,
    groupId,
  };
}

function ask(
  [file, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv = {},
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, args, { env: { ...process.env, ...env } }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
}

/** What stands in a file; `undefined` if it isn't there. */
export function textOf({ root }: Host, path: string): string | undefined {
  return ifThere(() => readFileSync(root + path, 'utf8'));
}

/** Whether there is anything at `path`, be it a link to nothing. */
export function isThere({ root }: Host, path: string): boolean {
  return lstatSync(root + path, { throwIfNoEntry: false }) !== undefined;
}

/** The names in a folder; none if it isn't there. */
export function namesIn({ root }: Host, folder: string): string[] {
  return ifThere(() => readdirSync(root + folder)) ?? [];
}

/** The modes on the way to `path`, links followed; `undefined` if it isn't there. */
export function pathFacts(path: string): PathFacts | undefined {
  const real = ifThere(() => realpathSync(path));
  if (real === undefined) return undefined;
  const paths = [real];
  for (let at = real; dirname(at) !== at; at = dirname(at)) paths.unshift(dirname(at));
  return {
    steps: paths.map((step) => {
      const found = statSync(step);
      return { path: step, mode: found.mode, folder: found.isDirectory() };
    }),
  };
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
