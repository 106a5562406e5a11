// What systemd hands over to a daemon that it starts: a socket that listens, and somebody to be told how it is.
import type { RunningDaemon } from '../start-daemon';
import { inheritedListener, type InheritedListener } from '../listen/inherited.linux';
import { takeNotify } from './notify.linux';
import { Supervised } from './supervised.linux';

/** A start by systemd. */
export interface CalledBySystemd {
  readonly inherited: InheritedListener | undefined;
  /** From now on systemd is told of the daemon, if it wants to hear of it. */
  supervise(daemon: RunningDaemon): Supervised | undefined;
}

/**
 * Takes it all out of the environment.
 * @throws SameboxError `INVALID_ARGUMENT` if the socket can't be used.
 */
export function calledBySystemd(): CalledBySystemd {
  const notify = takeNotify(process.env, process.pid);
  return {
    inherited: inheritedListener(),
    supervise: (daemon) => {
      if (notify === undefined) return undefined;
      if (notify === 'unavailable') {
        daemon.warn(
          'systemd can only be told that the daemon is ready with koffi, which is missing: see `samebox doctor`.',
        );
        return undefined;
      }
      const supervised = new Supervised(daemon, notify);
      supervised.begin();
      return supervised;
    },
  };
}
