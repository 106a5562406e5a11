// How late the event loop is: sampled twice a second, so that an idle daemon stays idle.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DaemonStatus } from '../src/status';

const RESOLUTION_MS = 500;
const MS = 1e6;

export class LoopDelay {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.histogram.enable();
  }

  /** Since the last time it was asked, in milliseconds. */
  read(): DaemonStatus['eventLoopDelay'] {
    const late = (nanoseconds: number): number =>
      Number.isFinite(nanoseconds)
        ? Math.max(0, Math.round((nanoseconds / MS - RESOLUTION_MS) * 100) / 100)
        : 0;
    const { mean, max } = this.histogram;
    const result = { mean: late(mean), p99: late(this.histogram.percentile(99)), max: late(max) };
    this.histogram.reset();
    return result;
  }

  stop(): void {
    this.histogram.disable();
  }
}
