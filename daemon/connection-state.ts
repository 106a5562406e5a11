// How an object tells the daemon that what it stands for is away, without exposing anything.

/** An object may have a getter under this symbol; the daemon shows what it gives in `list` and `status`. */
export const CONNECTION_STATE: unique symbol = Symbol.for('samebox.connectionState') as never;

/** Whether what a target stands for is there. */
export interface ConnectionState {
  readonly connected: boolean;
  /** Why it isn't. */
  readonly reason?: string;
}

/** What `object` says of its connection; nothing for objects that say nothing, or throw. */
export function connectionStateOf(object: object): ConnectionState | undefined {
  try {
    return (object as { [CONNECTION_STATE]?: ConnectionState })[CONNECTION_STATE];
  } catch {
    return undefined; // A status that can't be had is no reason to have none of the others.
  }
}
