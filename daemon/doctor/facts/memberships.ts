// Whether this user is in a group: in this session, or from the next login on.
import { IS_WINDOWS } from '../../../src/os';
import type { Membership } from '../checks/port-rights';
import { output } from './processes';

/** This process's groups, and those that the machine has for its user. */
export class Memberships {
  private stated: Promise<ReadonlySet<number>> | undefined;
  private readonly here = new Set([...(process.getgroups?.() ?? []), process.getegid?.() ?? -1]);

  /** Asks the machine only for a group that this process isn't in. */
  async of(gid: number): Promise<Membership> {
    if (this.here.has(gid)) return 'yes';
    this.stated ??= statedGroups();
    return (await this.stated).has(gid) ? 'from-next-login' : 'no';
  }
}

/** Groups of this user as a login would give them; directories (LDAP) are asked too. */
async function statedGroups(): Promise<ReadonlySet<number>> {
  if (IS_WINDOWS) return new Set();
  // With a user named, id asks the machine's databases, not this process.
  const said = await output('id', ['-G', String(process.geteuid?.() ?? '')]);
  return new Set(
    (said ?? '')
      .split(/\s+/)
      .filter((text) => text !== '')
      .map(Number),
  );
}
