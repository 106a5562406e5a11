// Large payloads on their way out: placed in segments that the other side has been granted, and counted until it gives them back.
import { SameboxError } from '../errors';
import { FLAG, KIND, type GrantHead, type ReleaseHead, type SegmentRef } from '../frames/heads';
import type { Limits } from '../limits';
import { copies, type Copying } from '../segments/copies';
import { LocalArray } from '../segments/local-array';
import { AT_ONCE_BYTES, type Segment, type SegmentPool } from '../segments/segment-pool';
import type { HandoffStatus } from '../status';

/** Bytes of published segments that one reader may hold; what goes beyond is copied for it. One may go over it. */
const PUBLISHED_BYTES = 256 * 1024 * 1024;

/** A segment that the other side knows, and how many references to it it hasn't given back. */
interface Granted {
  readonly pool: SegmentPool;
  readonly segment: Segment;
  references: number;
}

/** What a lender needs of its house. */
export interface LenderOptions {
  /** The session's own segments. */
  readonly pool: SegmentPool | undefined;
  /** What the other side maps at most. */
  readonly peerLimits: () => Pick<Limits, 'segmentBytes' | 'segments'>;
  /** Sends a frame before anything that is sent after it. */
  readonly send: (head: GrantHead | ReleaseHead) => void;
}

/** The segments of this side that the other side of one connection may read. */
export class Lender {
  /** Why payloads go through the socket; `undefined` once the other side has proved that it can read segments. */
  refusal: string | undefined = 'not agreed';
  private readonly granted = new Map<number, Granted>();
  private readonly watched = new Map<SegmentPool, () => void>();
  private grantedBytes = 0;
  /** Bytes of published segments that the other side holds. */
  private publishedBytes = 0;
  /** References of the frame that is being written. */
  private readonly journal: Granted[] = [];
  /** Bytes copied for the frame that is being written. */
  private copied = 0;

  constructor(private readonly options: LenderOptions) {}

  /** Whether segments can be used. */
  get agreed(): boolean {
    return this.refusal === undefined;
  }

  /** A reference to bytes that lie in a segment already: nothing is copied. */
  refer(bytes: Uint8Array): SegmentRef | undefined {
    if (!this.agreed) return undefined;
    const array = LocalArray.of(bytes.buffer);
    if (array === undefined || array.kept) return undefined;
    if (array.pool.published) {
      // Who holds so many of the items that all read shall not use up what they are made of.
      if (this.publishedBytes > PUBLISHED_BYTES) return undefined;
    } else if (array.pool !== this.options.pool) return undefined;
    return this.inFrame(array.pool, array.segment, bytes.byteOffset, bytes.length);
  }

  /** Copies a payload now, if it and the others of its frame are small enough for that, and a segment is at hand. */
  place(bytes: Uint8Array): SegmentRef | undefined {
    const { pool } = this.options;
    if (!this.agreed || pool === undefined || this.copied + bytes.length > AT_ONCE_BYTES) return undefined;
    const segment = this.fitting(pool, pool.take(bytes.length));
    if (segment === undefined) return undefined;
    segment.whole.set(bytes);
    this.copied += bytes.length;
    const ref = this.inFrame(pool, segment, 0, bytes.length);
    pool.letGo(segment);
    return ref;
  }

  /**
   * Copies a payload of any size, a slice per turn of the event loop. The source belongs to its owner all the while.
   * @param done hears where it lies then, or `undefined` if it has to go through the socket. Never called at once.
   */
  placeLater(bytes: Uint8Array, done: (ref: SegmentRef | undefined) => void): Copying {
    const { pool } = this.options;
    const { length } = bytes;
    let cancelled = false;
    let copying: Copying | undefined;
    const placed = (taken: Segment | undefined): void => {
      const segment = this.fitting(pool, taken);
      if (segment === undefined || pool === undefined) {
        if (!cancelled) done(undefined);
      } else if (cancelled) pool.letGo(segment);
      else {
        const release = (): void => pool.letGo(segment);
        const copy = copies.copy(bytes, segment.whole.subarray(0, length), (whole) => {
          copying = undefined;
          const ref = whole ? this.reference(pool, segment, 0, length) : undefined;
          release();
          done(ref);
        });
        copying = {
          cancel: () => {
            copy.cancel();
            release();
          },
        };
      }
    };
    void (pool === undefined ? Promise.resolve(undefined) : pool.takeSoon(length)).then(placed);
    return {
      cancel: () => {
        cancelled = true;
        copying?.cancel();
        copying = undefined;
      },
    };
  }

  /** A reference that `placeLater` gave isn't sent after all. */
  withdrawReference([id]: SegmentRef): void {
    const entry = this.granted.get(id);
    if (entry !== undefined) this.given(entry);
  }

  /** The frame with the references that `refer` and `place` gave was written. */
  commit(): void {
    if (this.journal.length > 0) this.journal.length = 0;
    this.copied = 0;
  }

  /** It was not: nobody knows its references. */
  undo(): void {
    for (const entry of this.journal.splice(0)) this.given(entry);
    this.copied = 0;
  }

  /** @throws SameboxError `PROTOCOL` if nothing of that generation is out. */
  onRelease([, id, , generation]: ReleaseHead): void {
    const entry = this.granted.get(id);
    if (entry === undefined || entry.references === 0 || entry.segment.generation !== generation)
      throw new SameboxError(
        'PROTOCOL',
        `generation ${generation} of segment ${id} is given back, but was not out`,
      );
    this.given(entry);
  }

  /** The connection is gone. Whoever was at its end may read on unheard: what it has is never used again. */
  end(): void {
    this.refusal = 'the connection is gone';
    for (const pool of this.watched.keys()) this.unwatch(pool);
    for (const entry of this.granted.values()) {
      if (entry.references > 0) entry.segment.retired = true;
      while (entry.references > 0) this.given(entry);
    }
    this.granted.clear();
  }

  status(): HandoffStatus {
    const { pool } = this.options;
    const { segments, mapped, free } = pool?.status ?? { segments: 0, mapped: 0, free: 0 };
    let granted = 0;
    for (const entry of this.granted.values())
      if (entry.references > 0 && entry.pool === pool) granted += entry.segment.bytes;
    const reason = this.refusal ?? pool?.refusal?.message;
    const way = this.agreed && pool !== undefined ? pool.way : 'inline';
    return { way, ...(reason !== undefined && { reason }), segments, mapped, granted, free };
  }

  /** A reference in the frame that is being written. */
  private inFrame(
    pool: SegmentPool,
    segment: Segment,
    offset: number,
    length: number,
  ): SegmentRef | undefined {
    const ref = this.reference(pool, segment, offset, length);
    const entry = ref && this.granted.get(segment.id);
    if (entry !== undefined) this.journal.push(entry);
    return ref;
  }

  private reference(
    pool: SegmentPool,
    segment: Segment,
    offset: number,
    length: number,
  ): SegmentRef | undefined {
    const entry = this.granted.get(segment.id) ?? this.grant(pool, segment);
    if (entry === undefined) return undefined;
    pool.hold(segment);
    entry.references++;
    if (pool.published) this.publishedBytes += segment.bytes;
    return [segment.id, segment.generation, offset, length];
  }

  /** A segment that the other side knows or takes; another one is let go. */
  private fitting(pool: SegmentPool | undefined, segment: Segment | undefined): Segment | undefined {
    if (segment === undefined || this.granted.has(segment.id) || this.takes(segment)) return segment;
    pool?.letGo(segment);
    return undefined;
  }

  /** Whether the other side may be granted one more. */
  private takes(segment: Segment): boolean {
    const { segmentBytes, segments } = this.options.peerLimits();
    return this.grantedBytes + segment.bytes <= segmentBytes && this.granted.size + 1 <= segments;
  }

  private grant(pool: SegmentPool, segment: Segment): Granted | undefined {
    if (!this.takes(segment)) return undefined;
    if (!this.watched.has(pool))
      this.watched.set(
        pool,
        pool.onRemoved((removed) => this.withdraw(pool, removed)),
      );
    const entry = { pool, segment, references: 0 };
    this.granted.set(segment.id, entry);
    this.grantedBytes += segment.bytes;
    const { bytes, grant } = segment.memory;
    this.options.send([KIND.grant, segment.id, pool.published ? FLAG.published : 0, bytes, grant]);
    return entry;
  }

  private given(entry: Granted): void {
    entry.references--;
    if (entry.pool.published) this.publishedBytes -= entry.segment.bytes;
    entry.pool.letGo(entry.segment);
  }

  private withdraw(pool: SegmentPool, { id, bytes }: Segment): void {
    if (!this.granted.delete(id)) return;
    this.grantedBytes -= bytes;
    this.options.send([KIND.release, id, 0, 0]);
    // A published stream has a new pool whenever it is read anew: the old one isn't remembered.
    if (![...this.granted.values()].some((entry) => entry.pool === pool)) this.unwatch(pool);
  }

  private unwatch(pool: SegmentPool): void {
    this.watched.get(pool)?.();
    this.watched.delete(pool);
  }
}
