// In which directories a POSIX system keeps the sockets of named endpoints, and in which order they are looked through.
import { join, resolve } from 'node:path/posix';
import type { RuntimeDirectory } from './endpoint';
import type { Surroundings } from './surroundings';

/**
 * The runtime directories, own before system:
 * `$XDG_RUNTIME_DIR/samebox`, `/run/user/UID/samebox`, `/tmp/samebox-UID`, `/run/samebox` (macOS: `/var/run/samebox`).
 *
 * The same list for every process of a user: a cron job has no XDG_RUNTIME_DIR and still finds what a login started.
 * SAMEBOX_RUNTIME_DIR stands in place of them all, for tests and odd systems; it is the directory itself.
 */
export function runtimeDirectories({ env, uid, os }: Surroundings): RuntimeDirectory[] {
  if (env.SAMEBOX_RUNTIME_DIR) return [{ path: resolve(env.SAMEBOX_RUNTIME_DIR), kind: 'own' }];
  const sessions: string[] = [];
  // A relative one counts as not set, says the XDG base directory specification.
  if (env.XDG_RUNTIME_DIR?.startsWith('/')) sessions.push(resolve(env.XDG_RUNTIME_DIR));
  if (os !== 'darwin') sessions.push(`/run/user/${String(uid)}`);
  return [
    ...[...new Set(sessions)].map((within): RuntimeDirectory => ({
      path: join(within, 'samebox'),
      kind: 'own',
      within,
    })),
    { path: `/tmp/samebox-${String(uid)}`, kind: 'own' },
    { path: os === 'darwin' ? '/var/run/samebox' : '/run/samebox', kind: 'system' },
  ];
}

/**
 * Where a daemon listens: the directory that systemd made for it (RUNTIME_DIRECTORY) if names are looked for there, else
 * the own ones. The system's is never chosen by itself, unless other users shall find the daemon: they look nowhere else, and
 * never come into a session's directory.
 *
 * @param shared whether the socket is for other users too.
 */
export function directoriesForListening(where: Surroundings, shared: boolean): RuntimeDirectory[] {
  const all = runtimeDirectories(where);
  const given = (where.env.RUNTIME_DIRECTORY ?? '').split(':');
  const told = all.filter((directory) => given.includes(directory.path));
  if (told.length > 0) return told;
  const own = all.filter(({ kind, within }) => kind === 'own' && !(shared && within !== undefined));
  return shared ? [...all.filter(({ kind }) => kind === 'system'), ...own] : own;
}
