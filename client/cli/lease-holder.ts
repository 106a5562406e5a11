// How it is said who has leased a target.
import type { LeaseStatus } from '../../src/status';

/** `leased by scan (pid 4711)`. */
export function leasedBy({ name, pid }: Pick<LeaseStatus, 'name' | 'pid'>): string {
  return `leased by ${name} (pid ${pid})`;
}
