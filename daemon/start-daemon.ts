// `startDaemon`: a box becomes a daemon that listens.
import type { Socket } from 'node:net';
import { here, resolveForListening } from '../src/endpoint';
import { SameboxError } from '../src/errors';
import { loadSecret } from '../src/secret-source';
import type { DaemonStatus, ReloadReport } from '../src/status';
import type { LogLevel } from '../src/log-level';
import { IS_WINDOWS } from '../src/os';
import { Access, pipeMembers, socketGroup } from './access';
import { isBox, type Box } from './box/define-box';
import { Daemon } from './daemon';
import { packageSignatures } from './describe/package-signatures';
import type { SignatureIndex } from './describe/signature-index';
import { adoptListener, inheritedEndpoint, listenAt, reachNotes, type InheritedListener } from './listen';
import { createLog, type LogOutput } from './logging/logger';
import type { ReadConfig } from './reload';

/** How to start a daemon. */
export interface StartOptions {
  /** Where to listen: a name, socket path or pipe. Default: the box's `name`, else `'lab'`. */
  readonly endpoint?: string;
  /** Where the log goes: anything with `write(line)`, `process.stdout` say. Default: only to those who ask the daemon for it. */
  readonly log?: LogOutput;
  /** Default: the box's, else `'info'`. */
  readonly logLevel?: LogLevel;
  /** Windows: the folder of the service that this process is: other users find it by its name. Default: it is none. */
  readonly service?: string;
  /** What is known of the box's sources. Default: nothing but what the functions themselves say. */
  readonly signatures?: SignatureIndex;
  /** Reads the config of the box again: for `reload`. Default: it can't be. */
  readonly readConfig?: ReadConfig;
  /** A socket that listens already, in place of one that is made: see `inheritedListener`. */
  readonly inherited?: InheritedListener;
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
  /** Resolves when it begins to end. */
  readonly draining: Promise<void>;
  /**
   * Reads its config again: sessions stay, targets are closed and opened anew. Resolves when they are open, or have failed.
   * @throws SameboxError `INVALID_ARGUMENT` if the config can't be read: then all goes on as it was.
   */
  reload(): Promise<ReloadReport>;
  /** From now on `listener` hears of every reload as it begins, whoever has asked for it. It must handle a rejection. */
  onReload(listener: (report: Promise<ReloadReport>) => void): void;
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
  const { inherited } = options;
  const name = options.endpoint ?? box.name ?? DEFAULT_ENDPOINT;
  const { service } = options;
  const where = { ...here(), ...(service !== undefined && { service }) };
  const group = inherited === undefined ? socketGroup(box) : undefined;
  const members = IS_WINDOWS ? pipeMembers(box) : [];
  const endpoint =
    inherited === undefined ? resolveForListening(name, where, group) : inheritedEndpoint(inherited, name);
  const socket = inherited === undefined ? box.socket : { group: inherited.group };
  const named = { ...box, name: box.name ?? endpoint.label, socket };
  const access = new Access(named);
  const secret = box.secret && loadSecret(box.secret);
  const { log, tail, detach } = createLog(options.log, options.logLevel ?? box.log.level);
  const signatures = options.signatures ?? packageSignatures();
  const daemon = new Daemon({
    box: named,
    stated: box,
    access,
    secret,
    signatures,
    log,
    tail,
    readConfig: options.readConfig,
  });
  try {
    const how = {
      connection: (socket: Socket) => daemon.reception.admit(socket),
      onError: (error: Error) => daemon.descriptors.couldNotAccept(error),
    };
    const listener =
      inherited === undefined
        ? await listenAt(endpoint, {
            ...how,
            group,
            members,
            onLockLost: (error) =>
              log.error({ err: error }, `The lock of ${endpoint.path} was lost: ${error.message}`),
          })
        : await adoptListener(endpoint, inherited, how);
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
    draining: daemon.drainBegan,
    opened,
    reload: () => daemon.reload(),
    onReload: (listener) => {
      daemon.onReload = listener;
    },
    status: () => daemon.status(),
    warn: (message) => log.warn(message),
    close: (timeout) => daemon.drain(timeout),
    [Symbol.asyncDispose]: () => daemon.drain(),
  };
}
