// Brings two ends of a connection to a lane, as hello and welcome would have agreed it.
import { Heat } from '../../../../src/latency/heat';
import { HotLoop } from '../../../../src/latency/hot-loop';
import type { Connection } from '../../../../src/peer/connection';
import { realMaker } from '../../../support/real-segments';

/** Both ends keep their loops hot. */
export function keepHot(here: Connection, there: Connection): void {
  here.hot = new HotLoop(new Heat(1));
  there.hot = new HotLoop(new Heat(1));
}

/** Both ends change over to a lane over real shared memory. */
export async function joinLane(here: Connection, there: Connection): Promise<void> {
  keepHot(here, there);
  const [mine, other] = [here, there].map((end) => end.wantLane(end.hot as HotLoop, process.pid));
  other!.offer(realMaker(), undefined);
  await Promise.all([mine!.settled, other!.settled]);
  expect([here.latency, there.latency]).toEqual(['lane', 'lane']);
}
