// A socket that systemd listens at for us, and hands over as descriptor 3. See sd_listen_fds(3).
import { fstatSync, statSync } from 'node:fs';
import { SameboxError } from '../../src/errors';
import { native } from '../../src/native';
import { socketOption } from '../../src/native/getsockopt.linux';
import { closeOnExec, unixPathOf } from '../../src/native/socket.linux';

/** A socket that listens already. */
export interface InheritedListener {
  readonly fd: number;
  /** Where it was bound. */
  readonly path: string;
  /** The group that may connect beside its owner, if one may. */
  readonly group: number | undefined;
}

/** The first descriptor that is handed over. */
const FIRST = 3;
/** SOL_SOCKET options, and what they have to say. See socket(7). */
const EXPECTED = [
  { option: 39, value: 1, what: 'a Unix domain socket' }, // SO_DOMAIN, AF_UNIX
  { option: 3, value: 1, what: 'a stream socket' }, // SO_TYPE, SOCK_STREAM
  { option: 30, value: 1, what: 'a socket that listens' }, // SO_ACCEPTCONN
] as const;
const GROUP_BITS = 0o070;

/** Takes what concerns this process out of the environment: child processes must not think that it is theirs. */
export function takeListenVariables(env: NodeJS.ProcessEnv, pid: number): number {
  const { LISTEN_PID, LISTEN_FDS } = env;
  delete env.LISTEN_PID;
  delete env.LISTEN_FDS;
  delete env.LISTEN_FDNAMES;
  const count = Number(LISTEN_FDS);
  return Number(LISTEN_PID) === pid && Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/**
 * The socket that was handed over to this process, if one was.
 * @throws SameboxError `INVALID_ARGUMENT` if there are several, or it is none that a daemon can listen at.
 */
export function inheritedListener(env = process.env): InheritedListener | undefined {
  const count = takeListenVariables(env, process.pid);
  if (count === 0) return undefined;
  if (count > 1) throw unusable(`there are ${String(count)} of them`);
  const { available } = native();
  if (!available) throw unusable('it can only be looked at with koffi, which is missing here');
  if (!fstatSync(FIRST).isSocket()) throw unusable('descriptor 3 is no socket');
  for (const { option, value, what } of EXPECTED) {
    const found = new Uint32Array(1);
    if (socketOption(FIRST, option, found)?.failed !== false || found[0] !== value)
      throw unusable(`descriptor 3 is not ${what}`);
  }
  closeOnExec(FIRST);
  const path = unixPathOf(FIRST);
  if (path === undefined) throw unusable('descriptor 3 has no path');
  const { mode, gid } = statSync(path);
  return { fd: FIRST, path, group: (mode & GROUP_BITS) === 0 ? undefined : gid };
}

function unusable(why: string): SameboxError {
  return new SameboxError(
    'INVALID_ARGUMENT',
    `The socket that systemd hands over can't be used: ${why}. A socket unit for samebox has one line ListenStream=/PATH.`,
  );
}
