// Errors that nobody caught: a target that forgets a promise must not end the daemon for all others.
import { messageOf } from '../../src/errors';
import type { Log } from '../logging/logger';

/** Counts of errors that nobody caught. */
export interface StrayErrors {
  count: number;
  /** Stops listening. */
  remove(): void;
}

/** Logs uncaught exceptions and unhandled rejections with their stack, and goes on. */
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
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onRejection);
  const stray: StrayErrors = {
    count: 0,
    remove() {
      process.off('uncaughtException', onError);
      process.off('unhandledRejection', onRejection);
    },
  };
  return stray;
}
