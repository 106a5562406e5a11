// `startDaemon`: a box becomes a daemon that listens.
import { here, resolveForListening } from '../src/endpoint';
import { SameboxError } from '../src/errors';
import { loadSecret } from '../src/secret-source';
import type { DaemonStatus } from '../src/status';
import type { LogLevel } from '../src/log-level';
import { IS_WINDOWS } from '../src/os';
import { Access, pipeMembers, socketGroup } from './access';
import { isBox, type Box } from './box/define-box';
import { Daemon } from './daemon';
import { packageSignatures } from './describe/package-signatures';
import type { SignatureIndex } from './describe/signature-index';
import { listenAt, reachNotes } from './listen';
import { createLog, type LogOutput } from './logging/logger';

/** How to start a daemon. */
export interface StartOptions {
  /** Where to listen: a name, socket path or pipe. Default: the box's `name`, else `'lab'`. */
  readonly endpoint?: string;
  /** Where the log goes: anything with `write(line)`, `process.stdout` say. Default: only to those who ask the daemon for it. */
  readonly log?: LogOutput;
  /** Default: the box's, else `'info'`. */
  readonly logLevel?: LogLevel;
  /** Whether this process is the machine's service, on Windows: then other users find it by its name. Default: no. */
  readonly service?: boolean;
  /** What is known of the box's sources. Default: nothing but what the functions themselves say. */
  readonly signatures?: SignatureIndex;
}

/** A daemon that runs in this process. */
export interface RunningDaemon extends AsyncDisposable {
  /** The endpoint's name, or its path. */
  readonly endpoint: string;
  /** The socket's path or the pipe's name. */
  readonly path: string;
  /** Resolves when it has ended, by `close` or because a client stopped it. */
  readonly ended: Promise<void>;
  /** Resolves when every target is open or has failed. Calls need not wait for it. */
  readonly opened: Promise<void>;
  status(): DaemonStatus;
  /** Writes to its log. */
  warn(message: string): void;
  /**
   * Ends it in order. Again with a timeout, it hurries.
   * @param timeout milliseconds that running calls get. Default: the box's `drainTimeout`, 10,000.
   */
  close(timeout?: number): Promise<void>;
}

/** Where a daemon listens if nobody says so. */
export const DEFAULT_ENDPOINT = 'lab';

/**
 * Starts a daemon in this process: it listens when the promise resolves; its targets open meanwhile.
 *
 * @throws SameboxError `BUSY` if one is already running at the endpoint (`details.pid`), `DENIED` or
 * `INVALID_ARGUMENT` if it can't listen there; `INVALID_ARGUMENT` if the box names a user or group that the machine doesn't
 * know.
 * @throws TypeError if `box` didn't come from `defineBox`.
 */
export async function startDaemon(box: Box, options: StartOptions = {}): Promise<RunningDaemon> {
  if (!isBox(box)) throw new TypeError('startDaemon takes what defineBox returned');
  const group = socketGroup(box);
  const members = IS_WINDOWS ? pipeMembers(box) : [];
  const where = { ...here(), service: options.service ?? false };
  const endpoint = resolveForListening(options.endpoint ?? box.name ?? DEFAULT_ENDPOINT, where, group);
  const named = box.name === undefined ? { ...box, name: endpoint.label } : box;
  const access = new Access(named);
  const secret = box.secret && loadSecret(box.secret);
  const { log, tail, detach } = createLog(options.log, options.logLevel ?? box.log.level);
  const signatures = options.signatures ?? packageSignatures();
  const daemon = new Daemon({
    box: named,
    access,
    secret,
    signatures,
    log,
    tail,
  });
  try {
    const listener = await listenAt(endpoint, {
      connection: (socket) => daemon.reception.admit(socket),
      group,
      members,
      onError: (error) => daemon.descriptors.couldNotAccept(error),
      onLockLost: (error: Error) =>
        log.error({ err: error }, `The lock of ${endpoint.path} was lost: ${error.message}`),
    });
    daemon.listensAt(listener);
  } catch (error) {
    await daemon.release();
    detach();
    throw SameboxError.from(error);
  }
  log.info({ pid: process.pid, path: endpoint.path }, `Listening at ${endpoint.path} (pid ${process.pid}).`);
  for (const warning of access.warnings) log.warn(warning);
  if (group !== undefined) for (const { level, text } of reachNotes(endpoint, group)) log[level](text);
  const opened = daemon.openTargets();
  // What the output says of the last line comes a moment later.
  void daemon.ended.then(() => setImmediate(detach));
  return {
    endpoint: endpoint.label,
    path: endpoint.path,
    ended: daemon.ended,
    opened,
    status: () => daemon.status(),
    warn: (message) => log.warn(message),
    close: (timeout) => daemon.drain(timeout),
    [Symbol.asyncDispose]: () => daemon.drain(),
  };
}
