// The daemon's log: pino, to its output and to whoever follows.
import type * as Pino from 'pino';
import { messageOf } from '../../src/errors';
import type { LogLevel } from '../../src/log-level';
import { GuardedOutput } from './guarded-output';
import { LogTail } from './log-tail';

/** What the daemon writes its log with. */
export type Log = Pino.Logger;

/**
 * Where a log goes: anything with pino's `write`. A stream that breaks is written to no more; one whose disk is full is, and
 * says how many lines it has lost once there is room again.
 */
export interface LogOutput {
  write(line: string): unknown;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  off?(event: 'error', listener: (error: Error) => void): unknown;
}

/** A log and its tail. */
export interface DaemonLog {
  readonly log: Log;
  readonly tail: LogTail;
  /** Lets go of the output: its errors are its owner's again. */
  readonly detach: () => void;
}

/**
 * Makes a log.
 * @param output where it goes; default: nowhere but to the tail.
 * @param level default `'info'`.
 */
export function createLog(output?: LogOutput, level: LogLevel = 'info'): DaemonLog {
  const tail = new LogTail();
  const guarded = output && new GuardedOutput(output);
  const onError = (error: Error): void => guarded?.failed(error);
  // The reader of a pipe may go: an error that nobody catches would be logged, into the same pipe.
  output?.on?.('error', onError);
  const destination = {
    write(line: string): void {
      tail.write(line.trimEnd());
      guarded?.write(line);
    },
  };
  const options = { level, base: null, messageKey: 'msg', serializers: { err: serialized } };
  return { log: pino().pino(options, destination), tail, detach: () => output?.off?.('error', onError) };
}

/** An error as data, also one whose getters throw. */
function serialized(error: unknown): unknown {
  try {
    return pino().stdSerializers.err(error as Error);
  } catch {
    return { type: 'unreadable', message: messageOf(error) };
  }
}

function pino(): typeof Pino {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- who only defines a box needs no log
  return require('pino') as typeof Pino;
}
