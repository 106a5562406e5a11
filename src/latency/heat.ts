// How long an event loop goes on looking for work before it sleeps: a rule over what came, and when.

/** Milliseconds that the loop goes on looking after something came or was sent. */
export const HOT_MS = 2;
/** The same once looking has been in vain again and again: enough for an answer that comes at once. */
export const BRIEF_MS = 0.1;
/** Times in a row that looking for so long was in vain before it is made brief. */
const VAIN_TIMES = 16;
/** What others took of the core while it was looked for is forgotten at this rate: V8's own threads take a little. */
const FORGIVEN = 0.15;
/** Milliseconds of that, unforgiven, at which the core is crowded. */
const CROWDED_AT_MS = 8;
/** Milliseconds without looking when it is; doubled each time, up to the second. */
const CROWDED_MS = [50, 1600] as const;
/** Unused time is saved up for so long, in milliseconds of the clock. */
const SAVED_MS = 1000;

/**
 * Whether to look again, or to sleep. Looking costs a core, and pays only where the next thing comes soon: so it is bounded
 * each time, becomes brief where it was in vain, and takes no more than its share in all. Where others need the core it
 * would make everything slower, its own calls first: then it pauses.
 */
export class Heat {
  private hotUntil = -Infinity;
  /** Pauses in a row that were too long to be waited out. */
  private vain = 0;
  private last = -Infinity;
  private taken = 0;
  private takenAt = -Infinity;
  private pausedUntil = -Infinity;
  private pause: number = CROWDED_MS[0];
  /** Milliseconds of looking that may be spent. */
  private saved: number;
  private counted = 0;

  /** @param share the part of the time that may be spent looking: 1 is one core, all the time. */
  constructor(private readonly share: number) {
    this.saved = share * SAVED_MS;
  }

  /** Something came, or was sent. */
  touch(now: number): void {
    const pause = now - this.last;
    if (pause > HOT_MS) this.vain++;
    else if (pause > BRIEF_MS) this.vain = 0; // Looking briefly would not have done.
    this.last = now;
    this.hotUntil = now + (this.vain < VAIN_TIMES ? HOT_MS : BRIEF_MS);
  }

  /** Another process or thread has had the core for so many milliseconds, while this one was looking. */
  preempted(now: number, milliseconds: number): void {
    this.taken = Math.max(0, this.taken - FORGIVEN * (now - this.takenAt)) + milliseconds;
    this.takenAt = now;
    if (this.taken < CROWDED_AT_MS) return;
    this.taken = 0;
    this.pausedUntil = now + this.pause;
    this.pause = Math.min(2 * this.pause, CROWDED_MS[1]);
  }

  /** Looking begins after a sleep: the time since then was not spent. */
  begin(now: number): void {
    this.saved = Math.min(this.saved + this.share * (now - this.counted), this.share * SAVED_MS);
    this.counted = now;
  }

  /** Whether to look again. To be asked at every look: it counts the time between. */
  hot(now: number): boolean {
    this.saved += (this.share - 1) * (now - this.counted);
    this.counted = now;
    if (now < this.pausedUntil) return false;
    if (now - this.pausedUntil > CROWDED_MS[1]) this.pause = CROWDED_MS[0];
    return now < this.hotUntil && this.saved > 0;
  }
}
