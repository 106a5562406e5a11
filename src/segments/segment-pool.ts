// The segments that one side makes for one session, or for one published stream: which are free, which are in use.
import { SameboxError } from '../errors';
import type { Limits } from '../limits';
import type { Clock } from '../peer/clock';
import { MappedViews } from './mapped-views';
import type { OwnSegment, SegmentMaker, SegmentWay } from './memory';
import type { SegmentBudget } from './segment-budget';
import { fits, sizeClass } from './size-classes';

/** A segment that wasn't used for so long is removed. */
export const IDLE_MS = 10_000;

/** Bytes above which neither a copy nor a reservation may hold the event loop up. */
export const AT_ONCE_BYTES = 1024 * 1024;

let lastId = 0;

/** A segment of a pool. It is in use while it is held: by an array of this process, a copy, or a reference that was sent. */
export class Segment {
  /** Unique within the process. */
  readonly id = ++lastId;
  readonly views: MappedViews;
  /** How often it has been taken: a reference names it, so that one to an earlier use is noticed. */
  generation = 0;
  holds = 0;
  /** Never to be used again: somebody may still read it of whom nothing will be heard. */
  retired = false;
  idleSince = 0;
  private ownView: Uint8Array | undefined;

  constructor(readonly memory: OwnSegment) {
    this.views = new MappedViews(memory);
  }

  /** All of it, to copy to: never given to anybody who might keep it. */
  get whole(): Uint8Array {
    return (this.ownView ??= new Uint8Array(this.memory.view(0, this.bytes)));
  }

  get bytes(): number {
    return this.memory.bytes;
  }

  /** Nobody has anything of it any more: no view of it is left, this one's neither. */
  remove(): void {
    this.ownView = undefined;
    this.views.unmap();
    this.memory.remove();
  }
}

/** What a pool is made of. */
export interface PoolOptions {
  readonly maker: SegmentMaker;
  readonly budget: SegmentBudget;
  readonly limits: Pick<Limits, 'segmentBytes' | 'segments'>;
  readonly clock: Clock;
  /** Whether several processes read its segments. */
  readonly published?: boolean;
  /** Runs something later, without keeping the process alive. */
  readonly later: (run: () => void, milliseconds: number) => void;
}

/** Segments by size; those that are free are used again, the one used last first, and removed when they are idle. */
export class SegmentPool {
  private readonly all = new Set<Segment>();
  /** In the order in which they became free. */
  private readonly free = new Set<Segment>();
  private readonly watchers = new Set<(segment: Segment) => void>();
  private mappedBytes = 0;
  private making = 0;
  private trimming = false;
  private closed = false;
  /** Why the last one couldn't be made, if so. */
  refusal: SameboxError | undefined;

  constructor(private readonly options: PoolOptions) {}

  get way(): SegmentWay {
    return this.options.maker.way;
  }

  get published(): boolean {
    return this.options.published === true;
  }

  /** Segments and their bytes: all, and those that are free. */
  get status(): { segments: number; mapped: number; free: number } {
    let free = 0;
    for (const { bytes } of this.free) free += bytes;
    return { segments: this.all.size, mapped: this.mappedBytes, free };
  }

  /**
   * A segment of at least `bytes` bytes, held once; `undefined` where none is free and none can be made at once. If space
   * must be reserved off the event loop, that begins, for the next who asks.
   */
  take(bytes: number): Segment | undefined {
    const free = this.takeFree(bytes);
    if (free !== undefined) return free;
    const made = this.make(bytes);
    if (!(made instanceof Promise)) return made && this.use(made);
    void made.then((segment) => segment && this.becameFree(segment));
    return undefined;
  }

  /** The same, but waits for a reservation. */
  async takeSoon(bytes: number): Promise<Segment | undefined> {
    const free = this.takeFree(bytes);
    if (free !== undefined) return free;
    const made = await this.make(bytes);
    return made && this.use(made);
  }

  hold(segment: Segment): void {
    segment.holds++;
  }

  letGo(segment: Segment): void {
    if (--segment.holds > 0) return;
    if (segment.retired || this.closed) this.remove(segment);
    else this.becameFree(segment);
  }

  /** Takes a segment out of use for good, at once or when nobody holds it any more. */
  retire(segment: Segment): void {
    segment.retired = true;
    if (segment.holds === 0) this.remove(segment);
  }

  /** Hears of every segment that is removed, until the function that it gives is called. */
  onRemoved(watcher: (segment: Segment) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Removes what was idle for `IDLE_MS`. Gives the milliseconds until there may be more; `Infinity` if nothing is free. */
  trim(): number {
    const now = this.options.clock.now();
    for (const segment of this.free) {
      const left = segment.idleSince + IDLE_MS - now;
      if (left > 0) return left;
      this.remove(segment);
    }
    return Infinity;
  }

  /** Removes what is free; the rest goes when nobody holds it any more. */
  close(): void {
    this.closed = true;
    for (const segment of this.free) this.remove(segment);
  }

  private takeFree(bytes: number): Segment | undefined {
    let best: Segment | undefined;
    for (const segment of this.free) {
      if (fits(segment.bytes, bytes) && segment.bytes <= (best?.bytes ?? Infinity)) best = segment;
    }
    if (best === undefined) return undefined;
    this.free.delete(best);
    this.refusal = undefined;
    return this.use(best);
  }

  private use(segment: Segment): Segment {
    segment.memory.generation = ++segment.generation;
    segment.holds++;
    return segment;
  }

  private make(bytes: number): Segment | Promise<Segment | undefined> | undefined {
    const size = sizeClass(bytes);
    const { maker, budget } = this.options;
    if (this.closed || !this.makeRoom(size)) return undefined;
    let taken = budget.take(size);
    for (const idle of this.free) {
      if (taken) break;
      this.remove(idle);
      taken = budget.take(size);
    }
    if (!taken) {
      this.refusal = noRoom('all sessions together have', budget.bytes);
      return undefined;
    }
    this.making++;
    this.mappedBytes += size;
    const made = (memory: OwnSegment): Segment => {
      this.making--;
      this.refusal = undefined;
      const segment = new Segment(memory);
      this.all.add(segment);
      return segment;
    };
    const failed = (error: unknown): undefined => {
      this.making--;
      this.mappedBytes -= size;
      budget.giveBack(size);
      this.refusal = SameboxError.from(error);
      return undefined;
    };
    try {
      const memory = maker.create(size, { published: this.published });
      return memory instanceof Promise ? memory.then(made, failed) : made(memory);
    } catch (error) {
      return failed(error);
    }
  }

  /** Removes free segments, the oldest first, until one of `size` bytes is within the limits. */
  private makeRoom(size: number): boolean {
    const { segmentBytes, segments } = this.options.limits;
    const over = (): boolean =>
      this.mappedBytes + size > segmentBytes || this.all.size + this.making + 1 > segments;
    if (size > segmentBytes) return false;
    for (const segment of this.free) {
      if (!over()) return true;
      this.remove(segment);
    }
    if (over()) this.refusal = noRoom('this session has', segmentBytes);
    return !over();
  }

  private becameFree(segment: Segment): void {
    if (this.closed) return this.remove(segment);
    segment.idleSince = this.options.clock.now();
    this.free.add(segment);
    if (!this.trimming) this.trimLater(IDLE_MS);
  }

  private trimLater(milliseconds: number): void {
    this.trimming = milliseconds !== Infinity;
    if (this.trimming) this.options.later(() => this.trimLater(this.trim()), milliseconds);
  }

  private remove(segment: Segment): void {
    if (!this.all.delete(segment)) return;
    this.free.delete(segment);
    this.mappedBytes -= segment.bytes;
    this.options.budget.giveBack(segment.bytes);
    for (const watcher of this.watchers) watcher(segment);
    segment.remove();
  }
}

function noRoom(who: string, bytes: number): SameboxError {
  return new SameboxError('NO_SPACE', `${who} ${bytes} bytes of shared memory at most, and they are in use`);
}
