// Who may open a daemon's named pipe, in Microsoft's descriptor language.

/** As in src/native/open-pipe.windows.ts: all that a client needs, and no right to make instances of the pipe. */
const CLIENT = '0x12019b';

/**
 * It belongs to the daemon's own user, also if he has started it elevated. He, the system, administrators and `members`
 * (SIDs) may open it, and nobody else: Windows' default also lets everybody read.
 */
export function pipeAccess(owner: string, members: readonly string[]): string {
  const all = ['SY', 'BA', owner].map((sid) => `(A;;FA;;;${sid})`);
  const clients = [...new Set(members)].map((sid) => `(A;;${CLIENT};;;${sid})`);
  return `O:${owner}D:P${[...all, ...clients].join('')}`;
}
