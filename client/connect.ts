// `connect`: from a name to a client.
import { basename } from 'node:path';
import type { Endpoint } from '../src/endpoint';
import { HANDOFF_CHOICES } from '../src/handoff/handoff';
import { LATENCIES } from '../src/latency/latency';
import { DEFAULT_LIMITS } from '../src/limits';
import { checkSource, defaultSource, loadSecret } from '../src/secret-source';
import { VERSION } from '../src/version';
import { Client } from './client';
import { findDaemon } from './find-daemon';
import { Link } from './link';
import { checkTimeout, type ConnectOptions } from './options';

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Connects to a daemon; waits for one that isn't there yet. The client connects again by itself when it has to.
 *
 * @param endpoint a name (`'lab'`), a socket path or a pipe. Default: `SAMEBOX_ENDPOINT`, else the only daemon of
 * this user that runs.
 * @throws SameboxError `UNREACHABLE` if no daemon answered in time: the message lists what was tried; `INCOMPATIBLE`,
 * `DENIED` (also by a secret that isn't the daemon's), `INVALID_ARGUMENT`; `CANCELLED` if the signal aborted.
 */
export async function connect(endpoint?: string, options: ConnectOptions = {}): Promise<Client> {
  const {
    timeout = DEFAULT_TIMEOUT_MS,
    signal,
    callTimeout,
    limits,
    handoff = 'auto',
    session,
    steal = false,
    secret = defaultSource(),
    latency = 'normal',
  } = options;
  if (secret !== undefined) checkSource(secret, 'secret');
  checkTimeout(timeout);
  checkTimeout(callTimeout, 'callTimeout');
  if (session !== undefined && (typeof session !== 'string' || session === '' || session.length > 200))
    throw new TypeError('session: a name of 1 to 200 characters');
  if (!HANDOFF_CHOICES.includes(handoff))
    throw new TypeError(`handoff: one of ${HANDOFF_CHOICES.join(', ')}`);
  if (!LATENCIES.includes(latency)) throw new TypeError(`latency: one of ${LATENCIES.join(', ')}`);
  let found: readonly Endpoint[] = [];
  let settled = false;
  const link = new Link({
    // Whoever asked for the only daemon means that one from then on, also when it is gone and another one runs.
    find: async () => (settled ? found : (found = await findDaemon(endpoint))),
    self: { name: options.name ?? programName(), pid: process.pid, language: 'javascript', version: VERSION },
    limits: { ...DEFAULT_LIMITS, ...limits },
    handoff,
    session: session === undefined ? undefined : { name: session, steal },
    secret: secret && loadSecret(secret),
    latency,
  });
  await link.connect(timeout, signal);
  settled = true;
  return new Client(link, callTimeout);
}

function programName(): string {
  const script = process.argv[1];
  return script === undefined || script === '' ? 'node' : basename(script);
}
