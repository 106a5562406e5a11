// Who holds the flock of a file, by /proc/locks.
import { readFileSync } from 'node:fs';

/** What /proc/locks says of a file. */
interface HeldFile {
  readonly dev: number;
  readonly ino: number;
}

/**
 * The process that holds the lock of a file. 0 if it is one that can't be seen from here (another container's);
 * `'nobody'`, or `'unknown'` where the kernel doesn't tell.
 *
 * @param written the process that its holder says it is: on some file systems the kernel names another device than `stat`.
 */
export function flockHolder(file: HeldFile, written: number | undefined): number | 'nobody' | 'unknown' {
  try {
    return holderIn(readFileSync('/proc/locks', 'latin1'), file, written);
  } catch {
    return 'unknown';
  }
}

/** The same, in the text of /proc/locks: `1: FLOCK  ADVISORY  WRITE 2658 fe:00:10388747 0 EOF`, device in hexadecimal. See proc(5). */
export function holderIn(
  text: string,
  { dev, ino }: HeldFile,
  written: number | undefined,
): number | 'nobody' {
  for (const line of text.split('\n')) {
    const [, kind, pid = '', major = '', minor = '', inode = ''] =
      /^\d+: (\w+) +\w+ +\w+ +(-?\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line) ?? [];
    if (kind !== 'FLOCK' || Number(inode) !== ino) continue;
    const same = device(Number.parseInt(major, 16), Number.parseInt(minor, 16)) === dev;
    if (same || Number(pid) === written) return Math.max(0, Number(pid));
  }
  return 'nobody';
}

/** As `stat` counts devices: makedev(3). */
function device(major: number, minor: number): number {
  return (major & 0xfff) * 256 + (minor & 0xff) + (minor >>> 8) * 2 ** 20;
}
