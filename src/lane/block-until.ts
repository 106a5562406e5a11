// Doing without the event loop for a while: this thread looks at its lane, then blocks by it, until something has come true.
import { systemClock } from '../peer/clock';
import type { LaneLine } from './lane-line';

/** Milliseconds of looking before this thread blocks: a call that is answered at once is not worth a sleep. */
const SPIN_MS = 0.2;
/** Looks between two glances at the clock. */
const LOOKS = 32;
/** Milliseconds that it blocks before it asks whether the other side is still there. */
const BLOCK_MS = 20;

/** What is to be done meanwhile, since the event loop doesn't. */
export interface Chores {
  /** Whether there is nothing more to wait for. */
  readonly done: () => boolean;
  /** Frames were read, or others may be due: what is queued is handed to the line. */
  readonly flush: () => void;
  /** Time has passed: what is due by `now` is done. Gives when to look again, at the latest. */
  readonly tick: (now: number) => number;
}

/** Returns when all is done, or the other side is lost. */
export function blockUntil(line: LaneLine, { done, flush, tick }: Chores): void {
  line.attend();
  let spinUntil = Infinity;
  for (let looks = 1; !done(); looks++) {
    if (line.look()) flush();
    else if (looks % LOOKS === 0) {
      const now = systemClock.now();
      const due = tick(now);
      spinUntil = Math.min(spinUntil, now + SPIN_MS);
      if (now < spinUntil || done()) continue;
      if (line.isLost) {
        while (line.look()); // Its last words.
        return;
      }
      flush();
      line.block(Math.max(0, Math.min(BLOCK_MS, due - now)));
      spinUntil = systemClock.now() + SPIN_MS / 4;
    }
  }
}
