// Large payloads of one session: the segments that this side makes for it, whichever connection it has.
import { totalmem } from 'node:os';
import { SameboxError } from '../errors';
import { ATTACHMENT_THRESHOLD, type Limits } from '../limits';
import { systemClock } from '../peer/clock';
import type { Connection } from '../peer/connection';
import { LocalArray } from '../segments/local-array';
import { SEGMENT_BYTES, type SegmentMaker } from '../segments/memory';
import { SegmentBudget } from '../segments/segment-budget';
import { SegmentPool } from '../segments/segment-pool';
import { openSegment, segmentMaker } from '../segments/segment-ways';
import { elementTypeNamed, type DType } from '../values/dtypes';
import { NdArray, sizeOf } from '../values/nd-array';
import { ConnectionHandoff } from './connection-handoff';
import { goesWith } from '../values/given';
import { LentCopy } from './loan';

export const HANDOFF_CHOICES = ['auto', 'never', 'memfd', 'file'] as const;

/**
 * Whether large payloads go through shared memory, and how: `'auto'` takes the best way that this machine has, `'never'`
 * sends all through the socket. `'memfd'` and `'file'` ask for one of the ways that Linux has.
 */
export type HandoffChoice = (typeof HANDOFF_CHOICES)[number];

/** What handoffs of one process share. */
export interface HandoffHouse {
  readonly maker: SegmentMaker | { readonly unavailable: string };
  readonly budget: SegmentBudget;
  readonly limits: Limits;
  /** The pools of published streams that have readers. */
  readonly published: Set<SegmentPool>;
}

/** How segments are made here, and how many. */
export function handoffHouse(choice: HandoffChoice, limits: Limits): HandoffHouse {
  const maker =
    choice === 'never'
      ? { unavailable: "switched off (handoff: 'never')" }
      : segmentMaker(choice === 'auto' ? undefined : choice);
  const bytes = Math.min(limits.sharedBytes, totalmem() / 2);
  return { maker, budget: new SegmentBudget(bytes, limits.sharedSegments), limits, published: new Set() };
}

/** A pool of that house; `undefined` where no segments can be made. */
export function poolOf(house: HandoffHouse, published = false): SegmentPool | undefined {
  const { maker, budget, limits } = house;
  if ('unavailable' in maker) return undefined;
  const later = (run: () => void, milliseconds: number): void => void setTimeout(run, milliseconds).unref();
  return new SegmentPool({ maker, budget, limits, clock: systemClock, published, later });
}

/** The handoff of one session. */
export class Handoff {
  private readonly pool: SegmentPool | undefined;

  /** @param trusted whether the other side is trusted not to cut a file that is mapped here: a client trusts its daemon. */
  constructor(
    private readonly house: HandoffHouse,
    private readonly trusted: boolean,
  ) {
    this.pool = poolOf(house);
  }

  /**
   * Gives a connection its handoff, before its greeting is sent.
   * @param pid the process at its other end, where the kernel has said so.
   */
  over(connection: Connection, pid: number | undefined): ConnectionHandoff {
    const { maker, limits } = this.house;
    const { trusted, pool } = this;
    return (connection.handoff = new ConnectionHandoff({
      maker,
      limits,
      trusted,
      pool,
      pid: pid === 0 ? undefined : pid,
      open: openSegment,
      peerLimits: () => connection.peerLimits,
      send: (head) => connection.sendAhead(head),
      answer: (head, body) => {
        if (connection.open) connection.send(head, body);
      },
    }));
  }

  /** Memory for an array: in a segment where one can be had, else this process's own. */
  allocate(shape: readonly number[], dtype: DType): { array: NdArray; memory: LocalArray | undefined } {
    return allocate(this.pool, shape, dtype);
  }

  /** A pool of segments that several processes read, if there can be one, and its end: when nobody reads any more. */
  publish(): { pool: SegmentPool | undefined; close: () => void } {
    const { published } = this.house;
    const pool = poolOf(this.house, true);
    if (pool !== undefined) published.add(pool);
    const close = (): void => {
      if (pool === undefined) return;
      published.delete(pool);
      pool.close();
    };
    return { pool, close };
  }

  /** The session is over. Arrays that somebody has stay as they are. */
  close(): void {
    this.pool?.close();
  }
}

/** An array in a segment of `pool`, if it has one. What stands in it is unknown. */
export function allocate(
  pool: SegmentPool | undefined,
  shape: readonly number[],
  dtype: DType,
): { array: NdArray; memory: LocalArray | undefined } {
  const type = elementTypeNamed(dtype);
  const elements = sizeOf(shape) * type.perElement;
  const bytes = elements * type.bytes;
  // What is smaller travels within its message in any case.
  const shared = pool !== undefined && bytes >= ATTACHMENT_THRESHOLD && bytes <= SEGMENT_BYTES;
  const memory = shared ? LocalArray.take(pool, bytes) : undefined;
  const buffer = memory?.buffer ?? ordinary(bytes);
  return { array: new NdArray(new type.make(buffer, 0, elements), shape, dtype), memory };
}

/** Lets an array go with what carries it: it is detached once that was sent, unless it was kept. */
export function lendOut({ array, memory }: ReturnType<typeof allocate>): void {
  if (memory !== undefined) return memory.lend();
  const { buffer } = array.data;
  const lent = LentCopy.of(new Uint8Array(buffer));
  goesWith(buffer, () => lent.end());
}

/** @throws SameboxError `TOO_LARGE` */
function ordinary(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (error) {
    throw new SameboxError('TOO_LARGE', `no memory for an array of ${bytes} bytes`, { cause: error });
  }
}
