// What the account of a service can't come to: files in the folders of people, which Windows closes to all others.
import { dirname, relative, isAbsolute } from 'node:path/win32';

/** Those of `paths` that lie in somebody's own folder. `profile` is one such folder (`USERPROFILE`); its neighbours are others'. */
export function outOfReach(paths: readonly string[], profile: string | undefined): string[] {
  if (profile === undefined) return [];
  const people = dirname(profile);
  return paths.filter((path) => {
    const near = relative(people, path);
    return near !== '' && !near.startsWith('..') && !isAbsolute(near) && !/^Public\\/i.test(near);
  });
}

/** What to say of them. */
export function outOfReachWarning(paths: readonly string[], account: string): string | undefined {
  if (paths.length === 0) return undefined;
  const them = paths.length === 1 ? 'it' : 'them';
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  return (
    `${account} can't read ${paths.join(' and ')}: Windows closes a person's folder to others. Move ${them} out of it ` +
    `(to C:\\samebox\\lab, say), or let the account in: ${folders.map((folder) => grant(folder, account)).join(' ; ')}`
  );
}

function grant(folder: string, account: string): string {
  return `icacls "${folder}" /grant "${account}:(OI)(CI)RX"`;
}
