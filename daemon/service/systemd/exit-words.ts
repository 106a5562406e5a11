// Why a service failed, in words: from systemd's result and the program's exit code.
import type { Properties } from './show';

const RESULTS: Readonly<Record<string, string>> = {
  watchdog: 'it did not answer for a minute, and was killed',
  timeout: 'starting or stopping took too long, and it was killed',
  'oom-kill': 'the machine ran out of memory, and it was killed',
  'start-limit-hit': 'it failed again and again, and was given up',
  'core-dump': 'it crashed',
  resources: 'the system could not start it',
  protocol: 'it ended before it was ready',
};

/** Exit codes of systemd's own, from before the program runs: see systemd.exec(5). */
const BEFORE: Readonly<Record<number, string>> = {
  200: 'its working folder is not there, or closed to it',
  203: 'Node could not be run',
  216: 'one of its groups does not exist',
  217: 'its user could not be made',
  218: 'systemd could not take rights from it',
  226: 'systemd could not confine it',
};

/** A sentence without its end. */
export function programFailed(service: Properties): string {
  const { Result: result = '', ExecMainCode: code = '', ExecMainStatus: status = '' } = service;
  const known = RESULTS[result];
  if (known !== undefined) return known;
  if (code === '2' || code === 'killed') return `it was killed (signal ${status})`;
  const before = BEFORE[Number(status)];
  if (before !== undefined) return `${before} (exit code ${status})`;
  if (status === '2') return 'its config has a mistake (exit code 2)';
  return `it ended with exit code ${status}${result === '' || result === 'exit-code' ? '' : ` (${result})`}`;
}
