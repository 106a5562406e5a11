// Numbers on a grid, and making a grid larger or smaller.
import type { Reals } from '../array-of';

/** A grid of numbers, row by row from the top. NaN where there is no value. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly values: Reals;
}

/** The least and the greatest of numbers; both NaN if none is finite. */
export interface Extremes {
  readonly low: number;
  readonly high: number;
  /** Not every number was looked at, there were too many. */
  readonly sampled: boolean;
}

/** Numbers read at most to make a grid smaller: some 4 ms. */
const MOST_READ = 4_000_000;
/** Numbers looked at most for the extremes: those of 4096 by 4096 pixels. */
const MOST_COMPARED = 2 ** 24;

/**
 * The image in another size. A pixel is the mean of the finite values beneath it; of very large images it is the mean of some
 * of them, evenly spread. Made larger, every value becomes a rectangle.
 */
export function resample(
  { width: fromWidth, height: fromHeight, values }: Image,
  width: number,
  height: number,
): Image {
  const made = new Float64Array(width * height);
  const perAxis = Math.max(1, Math.floor(Math.sqrt(MOST_READ / (width * height))));
  const columns = edges(fromWidth, width);
  const rows = edges(fromHeight, height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(rows, y);
    const down = Math.ceil((bottom - top) / perAxis);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(columns, x);
      const across = Math.ceil((right - left) / perAxis);
      let [sum, count] = [0, 0];
      for (let row = top; row < bottom; row += down) {
        for (let at = row * fromWidth + left, end = row * fromWidth + right; at < end; at += across) {
          const value = values[at] as number;
          if (value - value !== 0) continue;
          sum += value;
          count++;
        }
      }
      made[y * width + x] = count === 0 ? NaN : sum / count;
    }
  }
  return { width, height, values: made };
}

/** The extremes of the finite numbers. */
export function extremes(values: Reals): Extremes {
  const step = Math.max(1, Math.ceil(values.length / MOST_COMPARED));
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at += step) {
    const value = values[at] as number;
    if (value < low && value !== -Infinity) low = value;
    if (value > high && value !== Infinity) high = value;
  }
  return low > high ? { low: NaN, high: NaN, sampled: step > 1 } : { low, high, sampled: step > 1 };
}

/** Where each of `parts` begins among `length`, and the end. */
function edges(length: number, parts: number): Int32Array {
  return Int32Array.from({ length: parts + 1 }, (_, part) => Math.floor((part * length) / parts));
}

function span(begins: Int32Array, part: number): [from: number, to: number] {
  const from = begins[part] as number;
  return [from, Math.max(from + 1, begins[part + 1] as number)];
}
