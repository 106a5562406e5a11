// Blocking a thread until another process wakes it: the seam between the systems.
import type { Socket } from 'node:net';
import { IS_WINDOWS, OS } from '../os';
import { futexes } from './futex.linux';
import { polling } from './polling';
import { wakingEvents } from './waking-events.windows';

/** One side's way to block, and to wake the other side. */
export interface Blocking {
  /** Blocks this thread while `word`, one word of shared memory, is `value`: so long at most, perhaps shorter. */
  wait(word: Int32Array, value: number, milliseconds: number): void;
  /** Wakes whoever blocks by `word`, after that was changed. */
  wake(word: Int32Array): void;
  /** Whether the other end of the socket is gone, as far as can be told without the event loop. */
  isGone(socket: Socket): boolean;
  /**
   * Wakes the other side's event loop while this side's stands still. Absent where a write to the socket leaves at once.
   */
  ring?(): void;
  /** Calls `rung` when the other side has rung so. */
  hear?(rung: () => void): void;
  close(): void;
}

/**
 * How `side` of the lane in the segment `grant` blocks: by a futex (Linux), a named event (Windows), else by looking again
 * and again.
 */
export function blockingOf(grant: string, side: 'accepted' | 'connected'): Blocking {
  if (IS_WINDOWS) return wakingEvents(grant, side);
  return (OS === 'linux' ? futexes() : undefined) ?? polling;
}
