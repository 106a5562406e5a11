// What a daemon says of itself to a client that has little patience.
import type { DaemonAnswer } from '../../src/doctor-request';
import { SameboxError } from '../../src/errors';
import type { DaemonStatus } from '../../src/status';
import { connect } from '../connect';

/** A daemon that is busy for longer keeps its clients waiting, too. */
const PATIENCE_MS = 2500;

/** Asks the daemon at a path for its status. Never rejects; takes twice `patience` milliseconds at most. */
export async function askDaemon(path: string, patience = PATIENCE_MS): Promise<DaemonAnswer> {
  try {
    const signal = AbortSignal.timeout(2 * patience);
    const client = await connect(path, { timeout: patience, signal, name: 'samebox doctor' });
    try {
      const options = { timeout: patience, retry: false };
      const status = (await client.call('$daemon', 'status', [], options)) as DaemonStatus;
      return { status, session: client.session };
    } finally {
      void client.close();
    }
  } catch (error) {
    return { error: SameboxError.from(error, 'UNREACHABLE') };
  }
}
