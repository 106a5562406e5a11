// Whom something is for: users and groups by their numbers.
import type { PeerCredentials } from '../../src/native';

/** Who always passes, beside root. */
export type OwnerId = number;

/** The user who may do anything anyway. */
export const ROOT = 0;

/** Whether the kernel says that a peer is the daemon's own user, or root. */
export function isOwner(credentials: PeerCredentials | undefined, owner: OwnerId): boolean {
  return credentials !== undefined && (credentials.uid === owner || credentials.uid === ROOT);
}

/** Users and groups, by number, with the words in which the config names them. */
export type Named = ReadonlyMap<number, string>;

/** One rule. Who isn't known passes none. */
export class AccessRule {
  constructor(
    private readonly users: Named,
    private readonly groups: Named,
    private readonly owner: OwnerId,
  ) {}

  /** Whether a peer with these credentials passes. Without credentials nobody does. */
  admits(credentials: PeerCredentials | undefined): boolean {
    if (credentials === undefined) return false;
    return (
      isOwner(credentials, this.owner) ||
      this.users.has(credentials.uid) ||
      credentials.groups.some((gid) => this.groups.has(gid))
    );
  }

  /** Whom it names: `alice`, `the group optics`. */
  get names(): string[] {
    return [...this.users.values(), ...[...this.groups.values()].map((name) => `the group ${name}`)];
  }
}
