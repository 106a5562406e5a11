// How targets end: their calls get time, then their signals abort, then their objects are closed.
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, type SameboxError } from '../src/errors';
import { LONGEST_TIMER_MS } from '../src/peer/deadline-timer';
import type { Log } from './logging/logger';
import type { Target } from './target/target';

/** How long a target may take to close, and a method to heed its aborted signal. */
export const CLOSE_MS = 2000;

/**
 * Gives calls that run so many milliseconds, or until `hurry` aborts; then their signals abort, and they are answered with
 * `reason`: they have run.
 */
export async function endCalls(
  targets: readonly Target[],
  milliseconds: number,
  reason: SameboxError,
  log: Log,
  hurry?: AbortSignal,
): Promise<void> {
  const late = await settled(targets, milliseconds, hurry);
  if (late === 0) return;
  log.warn(`${late} calls still run: they are aborted.`);
  for (const { running } of targets)
    for (const { call, begun } of running) call.abort(reason.with({ ran: begun ? 'yes' : 'no' }));
  await settled(targets, CLOSE_MS);
}

/** Closes the object of a target; one that takes too long is left as it is. Never rejects. */
export async function closeTarget(target: Target, log: Log, reason?: SameboxError): Promise<void> {
  const { name } = target;
  const ac = new AbortController();
  const tooLong = delay(CLOSE_MS, 'late', { signal: ac.signal }).catch(() => 'done');
  try {
    if ((await Promise.race([target.close(reason), tooLong])) === 'late')
      log.warn(`${name} takes too long to close: left as it is.`);
  } catch (error) {
    log.error({ target: name, err: error }, `${name} failed to close: ${messageOf(error)}`);
  } finally {
    ac.abort();
  }
}

/** Waits until no call runs, or so long, or until `hurry` aborts. Gives the number of those that do. */
async function settled(
  targets: readonly Target[],
  milliseconds: number,
  hurry?: AbortSignal,
): Promise<number> {
  const ac = new AbortController();
  const signal = hurry === undefined ? ac.signal : AbortSignal.any([ac.signal, hurry]);
  const timer = delay(Math.min(milliseconds, LONGEST_TIMER_MS), undefined, { signal }).catch(() => undefined);
  await Promise.race([timer, Promise.all(targets.map((target) => target.idle()))]);
  ac.abort();
  return targets.reduce((sum, { running }) => sum + running.size, 0);
}
