// A lane: two rings in one segment, one for each direction. The side that accepted the connection has made it.
import type { SegmentMemory } from '../segments/memory';
import { RING_CONTROL_BYTES, ringMemory, RingReader, RingWriter } from './ring';

/** Bytes of each ring that samebox makes. */
export const LANE_BYTES = 64 * 1024;

/** Bytes that a ring may have. */
const LEAST_BYTES = 4096;
const MOST_BYTES = 16 * 1024 * 1024;

/** Whether a ring can have so many bytes. */
export function isRingSize(bytes: number): boolean {
  return bytes >= LEAST_BYTES && bytes <= MOST_BYTES && (bytes & (bytes - 1)) === 0;
}

/** Bytes of data of a segment with two rings of `bytes` each. */
export function laneSegmentBytes(bytes: number): number {
  return 2 * (RING_CONTROL_BYTES + bytes);
}

/** Both ends of one side. */
export interface LaneEnds {
  readonly in: RingReader;
  readonly out: RingWriter;
}

/** The ends of `side`: the first ring leads from the side that connected to the one that accepted, the second back. */
export function laneEnds(memory: SegmentMemory, bytes: number, side: 'accepted' | 'connected'): LaneEnds {
  const buffer = memory.view(0, laneSegmentBytes(bytes));
  const up = ringMemory(buffer, 0, bytes);
  const down = ringMemory(buffer, RING_CONTROL_BYTES + bytes, bytes);
  const [inward, outward] = side === 'accepted' ? [up, down] : [down, up];
  return { in: new RingReader(inward), out: new RingWriter(outward) };
}
