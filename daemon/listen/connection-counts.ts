// How many connections each user has, and who has too many.

/** Counts by user. Who isn't known (`undefined`) counts as one user. */
export class ConnectionCounts<U> {
  private readonly counts = new Map<U, number>();

  /** @param limit connections that one user may have. */
  constructor(readonly limit: number) {}

  /** Counts one more; false if the user has as many as he may: then it isn't counted. */
  admit(user: U): boolean {
    const count = this.counts.get(user) ?? 0;
    if (count >= this.limit) return false;
    this.counts.set(user, count + 1);
    return true;
  }

  /** One that was admitted is closed. */
  gone(user: U): void {
    const count = (this.counts.get(user) ?? 0) - 1;
    if (count > 0) this.counts.set(user, count);
    else this.counts.delete(user);
  }

  /** The user with the most; nothing while nobody is connected. */
  most(): { readonly user: U; readonly count: number } | undefined {
    let most: { readonly user: U; readonly count: number } | undefined;
    for (const [user, count] of this.counts) if (count > (most?.count ?? 0)) most = { user, count };
    return most;
  }
}
