// What a small call waits for in the daemon: how late its event loop is, and when the method starts after the call was made.
// Both ends read the same monotonic clock. From the making to the start, the sending client's own delays count too: an upper
// bound.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { machineTime } from '../harness/clock.mjs';
import { distribution } from '../harness/statistics.mjs';

const RESOLUTION_MS = 1;
const MS = 1e6;

export class Waiting {
  #loop;
  #waits = [];

  target = {
    /** @param {number} made when the caller made the call. */
    touch: (made) => {
      this.#waits.push(machineTime() - made);
    },
  };

  begin() {
    this.#waits = [];
    this.#loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#loop.enable();
  }

  /** Since `begin`, in milliseconds. The histogram counts the interval between two looks: the interval itself is taken off. */
  end() {
    this.#loop.disable();
    const late = (nanoseconds) => Math.max(0, nanoseconds / MS - RESOLUTION_MS);
    return {
      loop: { p99: late(this.#loop.percentile(99)), max: late(this.#loop.max) },
      start: distribution(this.#waits),
    };
  }
}
