// Whether file descriptors are left. Where none are, the system closes new connections before anybody hears of them.
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { codeOf } from '../src/native';
import { systemClock } from '../src/peer/clock';
import type { Log } from './logging/logger';
import { Seldom } from './logging/seldom';

const EVERY_MS = 5000;
const TOLD_EVERY_MS = 60_000;

/**
 * Looks now and then whether a file can still be opened. libuv accepts and closes what comes while it can't, so that
 * clients don't wait for ever, and goes on by itself as soon as a descriptor is free; but it tells nobody.
 */
export class DescriptorWatch {
  private readonly seldom = new Seldom(TOLD_EVERY_MS, systemClock);
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly log: Log) {
    this.timer = setInterval(() => this.look(), EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** A connection couldn't be accepted. The listener goes on. */
  couldNotAccept(error: Error): void {
    if (this.seldom.count() !== undefined)
      this.log.error({ err: error }, `A connection could not be accepted: ${error.message}`);
  }

  private look(): void {
    try {
      closeSync(openSync(devNull, 'r'));
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'EMFILE' && code !== 'ENFILE') return this.stop(); // There is no such device here: nothing can be told.
      if (this.seldom.count() === undefined) return;
      this.log.error(
        { code },
        `No file descriptor is left (${code}): connections that come are closed until one is free. Raise the limit (ulimit -n), or find out what doesn't close its files.`,
      );
    }
  }
}
