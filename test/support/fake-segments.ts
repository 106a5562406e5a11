// Segments that are no shared memory, from a maker that can be slow and can fail; and a clock that stands still.
import type { CreateOptions, OwnSegment, SegmentMaker } from '../../src/segments/memory';
import { SegmentBudget } from '../../src/segments/segment-budget';
import { SegmentPool, type PoolOptions } from '../../src/segments/segment-pool';

let made = 0;

export class FakeSegment implements OwnSegment {
  readonly way = 'memfd';
  readonly grant = `memfd:1:${++made}`;
  generation = 0;
  mapped = true;
  removed = false;
  private readonly memory: ArrayBuffer;

  constructor(
    readonly bytes: number,
    readonly published: boolean,
  ) {
    this.memory = new ArrayBuffer(bytes);
  }

  /** A copy: what has to alias needs real segments. */
  view(offset: number, length: number): ArrayBuffer {
    if (!this.mapped) throw new TypeError('not mapped');
    return this.memory.slice(offset, offset + length);
  }

  unmap(): void {
    this.mapped = false;
  }

  remove(): void {
    this.unmap();
    if (this.removed) throw new Error('removed twice');
    this.removed = true;
  }
}

export class FakeMaker implements SegmentMaker {
  readonly way = 'memfd';
  readonly made: FakeSegment[] = [];
  /** What making fails with. */
  failure: Error | undefined;
  /** Whether space must be reserved first: until `settle`. */
  slow = false;
  private readonly making: (() => void)[] = [];

  create(bytes: number, { published = false }: CreateOptions = {}): OwnSegment | Promise<OwnSegment> {
    const { failure } = this;
    const make = (): FakeSegment => {
      if (failure !== undefined) throw failure;
      const segment = new FakeSegment(bytes, published);
      this.made.push(segment);
      return segment;
    };
    if (!this.slow) return make();
    return new Promise<void>((resolve) => this.making.push(resolve)).then(make);
  }

  /** What is being made is made, or has failed. */
  async settle(): Promise<void> {
    for (const go of this.making.splice(0)) go();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Those that weren't removed. */
  get present(): FakeSegment[] {
    return this.made.filter(({ removed }) => !removed);
  }
}

/** Time that only passes when it is told to. */
export class FakeTime {
  private time = 1000;
  private readonly due: { readonly at: number; readonly run: () => void }[] = [];

  readonly now = (): number => this.time;

  readonly later = (run: () => void, milliseconds: number): void => {
    this.due.push({ at: this.time + milliseconds, run });
  };

  /** What waits to run. */
  get waiting(): number {
    return this.due.length;
  }

  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.due.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.due.splice(this.due.indexOf(next), 1);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }
}

export interface FakePool {
  readonly pool: SegmentPool;
  readonly maker: FakeMaker;
  readonly time: FakeTime;
  readonly budget: SegmentBudget;
}

/** A pool of fake segments, without limits where none is given. */
export function fakePool(more: Partial<PoolOptions> = {}): FakePool {
  const [maker, time] = [new FakeMaker(), new FakeTime()];
  const budget = more.budget ?? new SegmentBudget(Infinity, Infinity);
  const limits = { segmentBytes: Infinity, segments: Infinity };
  const pool = new SegmentPool({ maker, budget, limits, clock: time, later: time.later, ...more });
  return { pool, maker, time, budget };
}
