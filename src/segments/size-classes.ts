// How large segments are made: few sizes, so that one that was used can be used again.

import { SEGMENT_BYTES } from './memory';

const SMALLEST = 64 * 1024;

/** Bytes of the segment that is made for `bytes` bytes: a quarter more at most, from 64 KiB up. */
export function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST;
  const step = 2 ** Math.floor(Math.log2(bytes - 1)) / 4;
  const size = Math.ceil(bytes / step) * step;
  return bytes <= SEGMENT_BYTES ? Math.min(size, SEGMENT_BYTES) : size;
}

/** Whether a free segment of `size` bytes serves `bytes` bytes without wasting more than it holds. */
export function fits(size: number, bytes: number): boolean {
  return size >= bytes && size <= Math.max(SMALLEST, 2 * bytes);
}
