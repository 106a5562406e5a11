// Waiting for a file that another program makes.
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;

/** Resolves when there is something at `path`, or after `patience` milliseconds: what needs it says why it isn't there. */
export async function untilThere(path: string, patience = 10_000): Promise<void> {
  const until = performance.now() + patience;
  while (!existsSync(path) && performance.now() < until) await delay(LOOK_MS);
}
