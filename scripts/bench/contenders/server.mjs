// What the servers of all contenders have in common: publishing items to all who listen.
import { setImmediate as turn } from 'node:timers/promises';
import { machineTime } from '../harness/clock.mjs';
import { serve } from '../harness/child.mjs';

const AT_ONCE = 64;

/**
 * @param {{ publish?: (item: object) => unknown, commands?: Record<string, (options: any) => unknown> }} parts `publish`
 * sends an item to all clients that listen.
 * @param {() => unknown} close
 */
export function serveContender({ publish, commands }, close) {
  serve({ publish: ({ count }) => published(publish, count), ...commands }, close);
}

/** An item of a stream: a reading with its number. */
export const itemOf = (n) => ({ n, volts: 0.25 });

/** Publishes, and lets the sockets be served between. Gives when it began. */
async function published(publish, count) {
  const start = machineTime();
  for (let n = 0; n < count; n++) {
    publish(itemOf(n));
    if (n % AT_ONCE === AT_ONCE - 1) await turn();
  }
  return { start };
}
