// Who may come in: how many connections a user has, how many say nothing, how many are being shown out.
import { SameboxError } from '../../src/errors';
import type { Limits } from '../../src/limits';
import type { Connection } from '../../src/peer/connection';
import { ConnectionCounts, SilentConnections } from '../listen';

/** Connections that are being shown out, and are given a second to read why. Those before them are cut. */
const LEAVING = 64;

/** Keeps connections within their limits until they have said hello. Users are user ids; not known is a user too. */
export class Entrance {
  private readonly counts: ConnectionCounts<number | undefined>;
  private readonly silent: SilentConnections<Connection>;
  private readonly leaving = new SilentConnections<Connection>(LEAVING);

  constructor(limits: Pick<Limits, 'connectionsPerUser' | 'silentConnections'>) {
    this.counts = new ConnectionCounts(limits.connectionsPerUser);
    this.silent = new SilentConnections(limits.silentConnections);
  }

  /** Connections that haven't said hello. */
  get silentConnections(): number {
    return this.silent.size;
  }

  /** The user with the most connections. */
  most(): { readonly user: number | undefined; readonly count: number } | undefined {
    return this.counts.most();
  }

  /** Lets a connection in, or shows it out; perhaps another one for it. Its handler is set. */
  admit(connection: Connection, user: number | undefined): void {
    if (!this.counts.admit(user)) {
      const { limit } = this.counts;
      return this.showOut(connection, busy(`this user has ${limit} connections (connectionsPerUser)`));
    }
    connection.socket.once('close', () => this.counts.gone(user));
    const oldest = this.silent.admit(connection);
    if (oldest !== undefined)
      this.showOut(oldest, busy('closed: this connection said nothing, and new ones came'));
  }

  /** It said hello. */
  spoke(connection: Connection): void {
    this.silent.spoke(connection);
  }

  /** It is closed. */
  gone(connection: Connection): void {
    this.silent.gone(connection);
    this.leaving.gone(connection);
  }

  /** Ends it in order; who comes in faster than others leave doesn't use the descriptors up. */
  showOut(connection: Connection, reason: SameboxError): void {
    connection.end(reason);
    this.leaving.admit(connection)?.destroy(reason);
  }
}

function busy(message: string): SameboxError {
  return SameboxError.brief('BUSY', message);
}
