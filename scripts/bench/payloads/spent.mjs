// What something that is done by a clock takes of this process.

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
