// `process.exit` from within a call is refused: a target doesn't decide over the daemon's life.
import { insideCall } from '../call-context';

/** Refuses `process.exit` and `process.abort` in the code of calls, and only there. Returns what takes the guard off again. */
export function guardProcessExit(): () => void {
  const exit = process.exit.bind(process);
  const abort = process.abort.bind(process);
  process.exit = (code) => {
    refuseInsideCall('process.exit()');
    return exit(code);
  };
  process.abort = () => {
    refuseInsideCall('process.abort()');
    return abort();
  };
  return () => Object.assign(process, { exit, abort });
}

function refuseInsideCall(what: string): void {
  if (insideCall())
    throw new Error(`${what} is refused: a target can't end the daemon. To stop it: samebox stop.`);
}
