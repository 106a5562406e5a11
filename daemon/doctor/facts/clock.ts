// Facts of the clock.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { OS } from '../../../src/os';
import { PACKAGE_ROOT } from '../../../src/version';
import type { ClockFacts } from '../checks/clock';
import { isClockKept } from './clock.linux';

/** The clock, and when the program's files were put here. */
export function clockFacts(): ClockFacts {
  const installed = statSync(join(PACKAGE_ROOT, 'package.json'), { throwIfNoEntry: false })?.mtimeMs;
  const kept = OS === 'linux' ? isClockKept() : undefined;
  return {
    now: Date.now(),
    ...(installed !== undefined && { installed }),
    ...(kept !== undefined && { kept }),
  };
}
