// How long a service is waited for that starts or stops: as long as it says that it goes on.
import type { Clock } from '../../../src/peer/clock';
import type { FoundStatus } from './service-database.windows';

/** Whoever has just begun has not said yet how long it takes. */
const LEAST_MS = 10_000;

/** What was seen of a service. */
export type Seen = 'there' | 'waiting' | 'failed' | 'stuck';

/** Waits for one of two states. It is stuck when its checkpoint hasn't risen within the time that it asked for. */
export class ServiceWait {
  private since: number;
  private last = '';

  constructor(
    private readonly wanted: 'running' | 'stopped',
    private readonly clock: Clock,
  ) {
    this.since = clock.now();
  }

  /** @param status what is so now; `undefined` for a service that is gone. */
  look(status: Pick<FoundStatus, 'state' | 'checkpoint' | 'waitHint'> | undefined): Seen {
    const state = status?.state ?? 'stopped';
    if (state === this.wanted) return 'there';
    if (this.wanted === 'running' && state === 'stopped') return 'failed';
    const now = this.clock.now();
    const step = `${state} ${status?.checkpoint ?? 0}`;
    if (step !== this.last) this.since = now;
    this.last = step;
    return now - this.since > Math.max(status?.waitHint ?? 0, LEAST_MS) ? 'stuck' : 'waiting';
  }
}
