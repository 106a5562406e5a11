// Whether what was compiled and prepared can be kept for the next start.
import type { Finding } from '../../../src/doctor-request';
import { bytes, finding } from '../finding';

const LITTLE = 64 * 2 ** 20;

/** The cache folder. */
export interface CacheFacts {
  readonly path: string;
  /** What is there: `'missing'` if it can be made, else what stands in the way. */
  readonly state: 'private' | 'missing' | 'foreign' | 'open' | 'not-a-folder' | 'read-only' | 'unmakable';
  /** Who owns it, if that is another user. */
  readonly owner?: string;
  /** Who asks. */
  readonly user: string;
  /** Bytes free on its disk, for this user. */
  readonly free?: number;
}

/** Usable or not, and room on its disk. */
export function checkCache({ path, state, owner = 'another user', user, free }: CacheFacts): Finding[] {
  const slow = 'so every start compiles everything again';
  const cannot = (fact: string, todo: string): Finding[] => [
    finding('cache', 'warning', `${fact}, ${slow}`, todo),
  ];
  switch (state) {
    case 'foreign':
      return cannot(
        `${path} belongs to ${owner}`,
        `Give it back (a start with sudo may have made it): sudo chown -R ${user} ${path}`,
      );
    case 'open':
      return cannot(
        `Other users can write to ${path} (what is kept there is run)`,
        `Close it: chmod -R go-w ${path}`,
      );
    case 'not-a-folder':
      return cannot(`${path} is not a folder`, 'Move away what is there; it is made anew.');
    case 'read-only':
      return cannot(
        `${path} can't be written`,
        'Give this user the right to write there, or set XDG_CACHE_HOME to a folder of its own.',
      );
    case 'unmakable':
      return cannot(
        `${path} can't be made`,
        'Set XDG_CACHE_HOME to a folder of this user (CacheDirectory= of a unit).',
      );
    case 'missing':
    case 'private':
      break;
  }
  if (free !== undefined && free < LITTLE) {
    const says = `The disk of ${path} has ${bytes(free)} left`;
    return [
      finding('cache', 'warning', says, `Free some: logs, saved arrays and the cache need it. df -h ${path}`),
    ];
  }
  const room = free === undefined ? '' : `, ${bytes(free)} free`;
  return [finding('cache', 'ok', `${path}${state === 'missing' ? ' will be made' : ' is private'}${room}`)];
}
