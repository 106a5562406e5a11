// Connecting to an endpoint whose place can be trusted.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { checkEndpoint, type Endpoint } from '../src/endpoint';
import { native } from '../src/native';
import { IS_WINDOWS } from '../src/os';
import { connectReading } from '../src/peer/reads';
import type * as DialPipe from './dial-pipe.windows';

/** All instances of a pipe are taken for a moment, when many come at once. */
const BUSY_MS = 10;

/**
 * A connected socket.
 * @throws SameboxError `DENIED` if a stranger may be listening there; the system's error otherwise.
 */
export async function dial(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  checkEndpoint(endpoint);
  if (IS_WINDOWS && native().available) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only Windows has it
    const { dialPipe } = require('./dial-pipe.windows') as typeof DialPipe;
    for (;;) {
      const socket = dialPipe(endpoint);
      if (socket !== 'busy') return socket;
      await delay(BUSY_MS, undefined, { signal });
    }
  }
  const socket = connectReading(endpoint.path);
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
