// A stream that is published once and read by many: `shared()`.
import { allocate, lendOut, type Handoff } from '../../src/handoff/handoff';
import type { SegmentPool } from '../../src/segments/segment-pool';
import { Burst } from '../../src/peer/credit';
import type { Published } from '../../src/peer/published';
import { runOutsideCalls, type Allocate } from '../call-context';
import { publishItem } from './publish-item';
import { SharedReader, type HeldItem } from './shared-reader';

/** What the source of a shared stream gets. */
export interface SharedSource {
  /**
   * An array that all readers can read where it lies: filled in and given as an item, or in one, it is not copied. It goes
   * with the item. See `CallContext.alloc`.
   */
  readonly alloc: Allocate;
  /** Aborts when the last reader has left. */
  readonly signal: AbortSignal;
}

/** An item with its value, for readers in this process. */
class LocalItem<T> implements HeldItem {
  private holds = 0;

  constructor(
    readonly value: T,
    readonly bytes: number,
    private readonly over: () => void,
  ) {}

  hold(): void {
    this.holds++;
  }

  letGo(): void {
    if (--this.holds === 0) this.over();
  }
}

const BRAND = Symbol.for('samebox.SharedStream');

/** A stream with one source and any number of readers. It runs while somebody reads it. */
export class SharedStream<T> implements AsyncIterable<T> {
  /** Readers in other processes, and in this one. */
  private readonly remote = new Set<SharedReader<Published>>();
  private readonly local = new Set<SharedReader<LocalItem<T>>>();
  private pool: SegmentPool | undefined;
  private closePool: (() => void) | undefined;
  private running = false;
  private stop: (() => void) | undefined;

  /** @param source gives the items; called anew whenever somebody reads and nobody did before. */
  constructor(private readonly source: (given: SharedSource) => AsyncIterable<T>) {}

  /** Whether `value` is one, of this copy of the package or of another. */
  static is(value: unknown): value is SharedStream<unknown> {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Readers at this moment. */
  get readers(): number {
    return this.remote.size + this.local.size;
  }

  /** Reads the items from now on, in this process. An item is on loan until the next one is asked for. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    const reader = new SharedReader<LocalItem<T>>((gone) => this.left(this.local, gone));
    this.join(this.local, reader);
    return valuesOf(reader);
  }

  /** Reads the items from now on, as they are sent to a session. @internal */
  publishTo(handoff: Pick<Handoff, 'publish'>): SharedReader<Published> {
    if (this.closePool === undefined) {
      const { pool, close } = handoff.publish();
      this.pool = pool;
      this.closePool = close;
    }
    const reader = new SharedReader<Published>((gone) => this.left(this.remote, gone));
    this.join(this.remote, reader);
    return reader;
  }

  /** Whether a reader has not come along. */
  private get behind(): boolean {
    for (const reader of this.remote) if (reader.behind) return true;
    for (const reader of this.local) if (reader.behind) return true;
    return false;
  }

  private join<R>(readers: Set<R>, reader: R): void {
    readers.add(reader);
    if (!this.running) void runOutsideCalls(() => this.run());
  }

  private left<R>(readers: Set<R>, reader: R): void {
    readers.delete(reader);
    if (this.remote.size === 0) {
      this.closePool?.();
      this.pool = undefined;
      this.closePool = undefined;
    }
    if (this.readers === 0) this.stop?.();
  }

  /** Runs the source while there are readers. One that is left ends before it is begun again. */
  private async run(): Promise<void> {
    this.running = true;
    while (this.readers > 0) {
      const ending = await this.runOnce();
      if (ending !== 'left') for (const reader of [...this.remote, ...this.local]) reader.end(ending);
    }
    this.running = false;
  }

  private async runOnce(): Promise<'left' | { readonly error?: unknown }> {
    const aborting = new AbortController();
    const { signal } = aborting;
    let iterator: AsyncIterator<T> | undefined;
    let leaving: Promise<unknown> | undefined;
    this.stop = () => {
      aborting.abort();
      leaving ??= left(iterator);
    };
    try {
      const burst = new Burst();
      iterator = this.source({ alloc: this.alloc, signal })[Symbol.asyncIterator]();
      for (;;) {
        const result = await next(iterator);
        if (signal.aborted) return 'left';
        if (!('value' in result)) return result;
        await this.publish(result.value);
        if (burst.add() || this.behind) await burst.pause(); // Its readers, and all others, are served between.
      }
    } catch (error) {
      this.stop(); // An item that can't be published ends the source too.
      return { error };
    } finally {
      this.stop = undefined;
      await leaving;
    }
  }

  private async publish(value: T): Promise<void> {
    const item = this.remote.size > 0 ? (await publishItem(value, this.pool)).hold() : undefined;
    const local = new LocalItem(value, item?.bytes ?? 0, () => item?.letGo());
    local.hold();
    for (const reader of this.local) reader.push(local);
    if (item !== undefined) for (const reader of this.remote) reader.push(item);
    local.letGo();
  }

  private readonly alloc: Allocate = (shape, dtype) => {
    const allocated = allocate(this.pool, shape, dtype ?? 'float64');
    lendOut(allocated);
    return allocated.array as never;
  };
}
Object.defineProperty(SharedStream.prototype, BRAND, { value: true });

/** The next item, or how the source has ended. */
async function next<T>(iterator: AsyncIterator<T>): Promise<{ value: T } | { error?: unknown }> {
  try {
    const result = await iterator.next();
    return result.done === true ? {} : { value: result.value };
  } catch (error) {
    return { error };
  }
}

/** Leaves a source. What it throws on its way out concerns nobody. */
async function left(iterator: AsyncIterator<unknown> | undefined): Promise<void> {
  try {
    await iterator?.return?.();
  } catch {
    return;
  }
}

/** The values of a reader's items: each is let go when the next one is asked for, the last one stays with who leaves. */
async function* valuesOf<T>(reader: SharedReader<LocalItem<T>>): AsyncGenerator<T> {
  try {
    for (;;) {
      const result = await reader.next();
      if (result.done === true) return;
      yield result.value.value;
      result.value.letGo();
    }
  } finally {
    await reader.return();
  }
}

/**
 * Makes a stream that is published once, whoever reads it: each item is encoded and written to shared memory once, and
 * all readers read it there. Return it from a method, or from a getter.
 *
 * The source runs while somebody reads, once for all, and is left when nobody does. A reader gets the items from its
 * joining on. A slow one makes nobody wait: its own policy says what it misses (`slow: 'latest'`, `'drop'`); with `'block'`
 * its items wait for it, up to 4,096 of them or 256 MiB; then the oldest are passed over, and counted in `dropped`.
 *
 * ```ts
 * class Camera {
 *   readonly #frames = shared<NdArray>(async function* ({ alloc, signal }) {
 *     while (!signal.aborted) {
 *       const frame = alloc([1024, 1024], 'uint16');
 *       await expose(frame.data);
 *       yield frame;
 *     }
 *   });
 *   frames() { return this.#frames; }
 * }
 * ```
 * Readers must not write to an item: what they write, they alone see, and it stays before their eyes in items to come.
 * @typeParam T what an item is.
 */
export function shared<T>(source: (given: SharedSource) => AsyncIterable<T>): SharedStream<T> {
  return new SharedStream(source);
}
