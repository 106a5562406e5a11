// How signals end a daemon: the first in order, the second at once.
import type { RunningDaemon } from '../start-daemon';

const AT_ONCE: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
  SIGBREAK: 149,
};
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGBREAK'];

/** What SIGHUP does. */
export type HangUp = 'end' | 'go on' | (() => void);

/**
 * SIGINT, SIGTERM and SIGBREAK (Ctrl-Break on Windows) end the daemon in order: running calls get their time. A second one ends the process at once.
 * @param hangUp what SIGHUP does, which comes when a terminal is closed: instruments outlive the terminal that their daemon was
 * started in, a demo doesn't; under a service manager it asks for the config to be read again.
 */
export function endBySignals(daemon: RunningDaemon, hangUp: HangUp): { remove(): void } {
  let ending = false;
  const end = (name: NodeJS.Signals): void => {
    if (ending) process.exit(AT_ONCE[name] ?? 1);
    ending = true;
    void daemon.close();
  };
  const onHangUp = (name: NodeJS.Signals): void => {
    if (hangUp === 'end') end(name);
    else if (hangUp === 'go on')
      daemon.warn('The terminal was closed; the daemon goes on. To end it: samebox stop.');
    else hangUp();
  };
  for (const name of ENDING) process.on(name, end);
  process.on('SIGHUP', onHangUp);
  return {
    remove: () => {
      for (const name of ENDING) process.off(name, end);
      process.off('SIGHUP', onHangUp);
    },
  };
}
