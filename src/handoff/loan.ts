// Whose an array is that came: on loan until its call or item is over, unless somebody keeps it.
import { detach, isDetached } from '../values/detach';
import { forbidUse } from '../values/forbid-use';
import { own, type ArrayOwner } from '../values/ownership';

/** One array of a loan. */
export interface Lent extends ArrayOwner {
  readonly length: number;
  /** The loan is over: the array is detached, unless it was kept. */
  end(): void;
}

/** The large arrays of one frame. */
export class Loan {
  /** Bytes of all. */
  bytes = 0;
  private readonly lent: Lent[] = [];
  private claimed = false;

  add(lent: Lent): void {
    this.bytes += lent.length;
    this.lent.push(lent);
  }

  /** Somebody answers for its end. */
  take(): this {
    this.claimed = true;
    return this;
  }

  /** What nobody took is over. */
  endUnlessTaken(): void {
    if (!this.claimed) this.end();
  }

  /** Gives everything back that wasn't kept. Again, it does nothing. */
  end(): void {
    if (this.lent.length === 0) return;
    for (const lent of this.lent.splice(0)) lent.end();
  }

  /** Leaves everything to whoever has it. */
  keep(): void {
    if (this.lent.length === 0) return;
    for (const lent of this.lent.splice(0)) lent.keep();
  }
}

/** The loan of a frame without large arrays: there is nothing to end. */
export const NO_LOAN = new Loan().take();

/** A large array that came through the socket. It is lent like one in shared memory, so that programs work with both. */
export class LentCopy implements Lent {
  private kept = false;
  private readonly views: ArrayBufferView[] = [];

  readonly length: number;

  private constructor(private readonly buffer: ArrayBuffer) {
    this.length = buffer.byteLength;
  }

  static of(bytes: Uint8Array): LentCopy {
    const buffer = bytes.buffer as ArrayBuffer;
    const lent = new LentCopy(buffer);
    own(buffer, lent);
    return lent;
  }

  keep(): void {
    this.kept = true;
  }

  end(): void {
    if (!this.kept) this.release();
  }

  handOut(view: ArrayBufferView): void {
    this.views.push(view);
  }

  /** Its memory stays until it is collected: something that the method began may read it still. */
  release(): void {
    if (isDetached(this.buffer)) return;
    void detach(this.buffer);
    this.views.splice(0).forEach(forbidUse);
  }
}
