// The samples that a live plot shows, and what can be said of all that came.
import type { Sample } from './plot';

/** Samples kept at most, whatever the window. */
const MOST = 20_000;
/** The rate is that of the last so many milliseconds. */
const RATE_MS = 5000;

/** Keeps the samples of a window of time. */
export class PlotHistory {
  readonly samples: Sample[] = [];
  count = 0;
  low = Infinity;
  high = -Infinity;
  last: number | undefined;
  private first: number | undefined;

  /** @param window milliseconds that are kept. */
  constructor(private readonly window: number) {}

  add(time: number, value: number): void {
    this.first ??= time;
    this.samples.push({ time, value });
    this.count++;
    this.last = value;
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
    let old = 0;
    // One sample beyond the left edge stays: the line to it is still seen.
    while ((this.samples[old + 1]?.time ?? Infinity) < time - this.window) old++;
    old = Math.max(old, this.samples.length - MOST);
    if (old > 0) this.samples.splice(0, old);
  }

  /** Samples per second of late. */
  rate(now: number): number {
    const since = Math.max(now - Math.min(RATE_MS, this.window), this.first ?? now);
    let recent = 0;
    for (let at = this.samples.length - 1; at >= 0 && (this.samples[at]?.time ?? 0) > since; at--) recent++;
    return now > since ? (recent * 1000) / (now - since) : 0;
  }

  /** What the plot shows: grows from `least` to the window as samples come. */
  span(now: number, least: number): number {
    const age = now - (this.first ?? now);
    return Math.min(this.window, Math.max(least, age));
  }
}
