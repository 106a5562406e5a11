// Errors that nobody caught: a target that forgets a promise must not end the daemon for all others.
import { messageOf } from '../../src/errors';
import type { Log } from '../logging/logger';

/** Counts of errors that nobody caught. */
export interface StrayErrors {
  count: number;
  /** Stops listening. */
  remove(): void;
}

/** Logs uncaught exceptions and unhandled rejections with their stack, and goes on. Warnings of the process are logged too. */
export function catchStrayErrors(log: Log): StrayErrors {
  const onError = (error: unknown, origin: string): void => {
    stray.count++;
    const kind =
      origin === 'unhandledRejection'
        ? 'A rejected promise that nobody awaits'
        : 'An error that nobody catches';
    log.error({ err: error, origin }, `${kind}, in a target or its library: ${messageOf(error)}`);
  };
  const onRejection = (reason: unknown): void => onError(reason, 'unhandledRejection');
  // A target that adds a listener with each call and removes none, say. Node prints it too, where nobody may look.
  const onWarning = (warning: Error): void =>
    log.warn({ err: warning }, `${warning.name}, in a target or its library: ${warning.message}`);
  process.on('warning', onWarning);
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onRejection);
  const stray: StrayErrors = {
    count: 0,
    remove() {
      process.off('warning', onWarning);
      process.off('uncaughtException', onError);
      process.off('unhandledRejection', onRejection);
    },
  };
  return stray;
}
