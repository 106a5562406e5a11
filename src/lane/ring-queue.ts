// Bytes on their way into a ring: what finds no room there waits, in order.
import type { RingWriter } from './ring';

interface Waiting {
  readonly bytes: Uint8Array;
  from: number;
  readonly to: number;
  readonly done: (() => void) | undefined;
}

/** The queue before one ring. All that touches the ring throws `PROTOCOL` if its reader lies. */
export class RingQueue {
  private readonly waiting: Waiting[] = [];
  private count = 0;

  /** @param later runs what is to be told, after the call that it was found in. */
  constructor(
    private readonly ring: RingWriter,
    private readonly later: (run: () => void) => void,
  ) {}

  /** Bytes that wait for room. */
  get bytes(): number {
    return this.count;
  }

  /** Takes the bytes of `bytes` from `start` to `to`, which stay as they are until `done`. */
  add(bytes: Uint8Array, start: number, to: number, done: (() => void) | undefined): void {
    const from = this.count === 0 ? start + this.ring.write(bytes, start, to) : start;
    if (from < to) {
      this.waiting.push({ bytes, from, to, done });
      this.count += to - from;
      this.flush();
    } else if (done !== undefined) this.later(done);
  }

  /** Puts into the ring what there is room for; whether that was anything. What is left waits for the reader. */
  flush(): boolean {
    const before = this.count;
    for (let first = this.waiting[0]; first !== undefined; first = this.waiting[0]) {
      const taken = this.ring.write(first.bytes, first.from, first.to);
      first.from += taken;
      this.count -= taken;
      if (first.from === first.to) {
        this.waiting.shift();
        if (first.done !== undefined) this.later(first.done);
      } else if (this.ring.wait()) break;
    }
    return this.count < before;
  }

  /** Whether `flush` would get on. If not, the reader will tell when it would. */
  canFlush(): boolean {
    return this.count > 0 && !this.ring.wait();
  }

  /** Nothing is written any more. */
  clear(): void {
    this.waiting.length = 0;
    this.count = 0;
  }
}
