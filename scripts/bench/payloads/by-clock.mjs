// What is done by a clock, and what it takes of this process.
import { setTimeout as sleep } from 'node:timers/promises';

/** Does it so often, once every `interval` milliseconds. @param {(index: number) => void} act */
export async function byClock(times, interval, act) {
  const start = performance.now();
  for (let index = 0; index < times; index++) {
    act(index);
    await sleep(start + (index + 1) * interval - performance.now());
  }
}

/**
 * @param {() => Promise<number>} run gives how often it was done.
 * @returns {Promise<{ made: number, cpu: number, active: number }>} how often, and milliseconds for each time: processor time of
 *   all threads, and time in which the event loop was at work.
 */
export async function spent(run) {
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const made = await run();
  const { user, system } = process.cpuUsage(cpu);
  const { active } = performance.eventLoopUtilization(loop);
  return { made, cpu: (user + system) / 1000 / made, active: active / made };
}
