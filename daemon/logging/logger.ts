// The daemon's log: pino, to its output and to whoever follows.
import pino from 'pino';
import type { LogLevel } from '../box/define-box';
import { LogTail } from './log-tail';

/** What the daemon writes its log with. */
export type Log = pino.Logger;

/** Where a log goes: anything with pino's `write`. */
export interface LogOutput {
  write(line: string): void;
}

/** A log and its tail. */
export interface DaemonLog {
  readonly log: Log;
  readonly tail: LogTail;
}

/**
 * Makes a log.
 * @param output where it goes; default: nowhere but to the tail.
 * @param level default `'info'`.
 */
export function createLog(output?: LogOutput, level: LogLevel = 'info'): DaemonLog {
  const tail = new LogTail();
  const destination: LogOutput = {
    write(line) {
      output?.write(line);
      tail.write(line.trimEnd());
    },
  };
  return { log: pino({ level, base: null, messageKey: 'msg' }, destination), tail };
}
