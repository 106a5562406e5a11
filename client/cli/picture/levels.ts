// Which numbers are drawn darkest and brightest: nearly the extremes, and steady from frame to frame.
import type { Image } from './image';

/** What is drawn darkest and brightest. */
export interface Levels {
  readonly low: number;
  readonly high: number;
}

/** The darkest and brightest part of the pixels that may be beyond the levels: a few hot ones don't dim the rest. */
const BEYOND = 0.002;
const MOST_SORTED = 16_384;
/** The part of the way to the new levels that one frame goes. */
const EASE = 0.25;
/** Levels that widen or narrow by more are taken at once: the light was switched. */
const JUMP = 4;

/** Follows the levels of frames, so that noise doesn't make the picture flicker. */
export class SteadyLevels {
  private current: Levels | undefined;

  /** The levels to draw this image with. */
  follow(image: Image): Levels {
    const wanted = levelsOf(image);
    const { current } = this;
    this.current = current === undefined || far(current, wanted) ? wanted : between(current, wanted);
    return this.current;
  }
}

/** The levels of one image; 0 and 0 if it has no finite value. */
export function levelsOf({ values }: Image): Levels {
  const step = Math.max(1, Math.ceil(values.length / MOST_SORTED));
  const sorted = new Float64Array(Math.ceil(values.length / step));
  let count = 0;
  for (let at = 0; at < values.length; at += step) {
    const value = values[at] as number;
    if (Number.isFinite(value)) sorted[count++] = value;
  }
  if (count === 0) return { low: 0, high: 0 };
  const found = sorted.subarray(0, count).sort();
  const beyond = Math.floor((count - 1) * BEYOND);
  return { low: found[beyond] as number, high: found[count - 1 - beyond] as number };
}

function far(before: Levels, wanted: Levels): boolean {
  const [was, is] = [before.high - before.low, wanted.high - wanted.low];
  return is > JUMP * was || was > JUMP * is || wanted.low > before.high || wanted.high < before.low;
}

function between(before: Levels, wanted: Levels): Levels {
  return {
    low: before.low + (wanted.low - before.low) * EASE,
    high: before.high + (wanted.high - before.high) * EASE,
  };
}
