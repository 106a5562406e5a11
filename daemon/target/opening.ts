// When a target is opened again: the rules of its life, without the opening itself.
import type { TargetState } from '../../src/description';
import type { Clock } from '../../src/peer/clock';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** A target's life: opening, ready, or failed and tried again no sooner than a pause that doubles. */
export class Opening {
  state: TargetState = 'failed';
  /** Why it failed last. */
  reason: Error | undefined;
  private failures = 0;
  private retryAt = 0;

  constructor(private readonly clock: Clock) {}

  /** Whether it should be opened now: it is not open, and its pause is over. */
  get due(): boolean {
    return this.state === 'failed' && this.clock.now() >= this.retryAt;
  }

  /** Milliseconds until it may be tried again. */
  get pause(): number {
    return Math.max(0, this.retryAt - this.clock.now());
  }

  /** Its pause is over: there is reason to think that it can be opened now. */
  hurry(): void {
    this.retryAt = 0;
  }

  begin(): void {
    this.state = 'opening';
  }

  succeeded(): void {
    this.state = 'ready';
    this.reason = undefined;
    this.failures = 0;
  }

  failed(reason: Error): void {
    this.state = 'failed';
    this.reason = reason;
    this.retryAt = this.clock.now() + Math.min(FIRST_PAUSE_MS * 2 ** this.failures++, LONGEST_PAUSE_MS);
  }
}
