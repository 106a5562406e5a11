// What lies in a booted system, to be compared: an uninstall leaves nothing behind.
import type { BootedSystem } from './booted-system';

/** What systemd itself writes all the time, and what the command line keeps for its next start. */
const OF_OTHERS = [
  /^\/run\/(log|systemd|mount)\b/,
  /^\/var\/log\/journal\b/,
  /^\/run\/user\/\d+\/(systemd|dbus-1)\b/,
  /^\/etc\/\.pwd\.lock\b/,
  /^\/(root|home\/\w+)\/\.cache\b/,
];

/** Every file, folder, link and socket outside of /usr, /proc and /sys: its path, kind, mode and owner, in order. */
export async function fileTree(system: BootedSystem): Promise<string[]> {
  const places = await system.output([
    'findmnt',
    '--noheadings',
    '--list',
    '--types=tmpfs',
    '--output=TARGET',
  ]);
  const find = ['find', ...places.trim().split('\n'), '-xdev', '-printf', '%p %y %m %u:%g\\n'];
  const lines = new Set((await system.output(find)).trim().split('\n'));
  return [...lines].filter((line) => !OF_OTHERS.some((pattern) => pattern.test(line))).sort();
}

/** What has come and gone between two of them. */
export function difference(
  before: readonly string[],
  after: readonly string[],
): { come: string[]; gone: string[] } {
  return {
    come: after.filter((line) => !before.includes(line)),
    gone: before.filter((line) => !after.includes(line)),
  };
}

/** Nothing has. */
export const NONE = { come: [], gone: [] };
