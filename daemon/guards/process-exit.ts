// `process.exit` from within a call is refused: a target doesn't decide over the daemon's life.
import { insideCall } from '../call-context';

/** Refuses `process.exit` and `process.abort` in the code of calls, and only there. Returns what takes the guard off again. */
export function guardProcessExit(): () => void {
  if (guards++ === 0) takeOff = putOn();
  let on = true;
  return () => {
    if (!on) return;
    on = false;
    if (--guards === 0) takeOff();
  };
}

/** Daemons of this process: they end in any order, and share one guard. */
let guards = 0;
let takeOff: () => void;

function putOn(): () => void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with `process`, and put back as they are
  const { exit, abort } = process;
  const guarded: Pick<NodeJS.Process, 'exit' | 'abort'> = {
    exit: (code) => {
      refuseInsideCall('process.exit()');
      return exit.call(process, code);
    },
    abort: () => {
      refuseInsideCall('process.abort()');
      return abort.call(process);
    },
  };
  Object.assign(process, guarded);
  return () => {
    // Somebody else's guard on top of ours stays.
    if (process.exit === guarded.exit) process.exit = exit;
    if (process.abort === guarded.abort) process.abort = abort;
  };
}

function refuseInsideCall(what: string): void {
  if (insideCall())
    throw new Error(`${what} is refused: a target can't end the daemon. To stop it: samebox stop.`);
}
