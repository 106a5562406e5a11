// ArrayBuffers over one segment: made when they are needed, detached when they are not, and used again.
import { markAsUntransferable } from 'node:worker_threads';
import { detach, isDetached } from '../values/detach';
import { drop } from '../values/drop';
import { protect } from '../values/forbid-use';
import type { SegmentMemory } from './memory';

/** Views of this length and more are made in stock: V8 looks for garbage whenever 64 MiB come up. */
const HEAVY_BYTES = 32 * 1024 * 1024;
/** So many at once: it looks when they are made, and not at every opening. */
const STOCK = 8;
/** From this length on another view is made before one goes, which takes 10 us longer. */
const SWING_BYTES = 1024 * 1024;

/**
 * The views of a segment. Every opening gives an ArrayBuffer of its own. Closing detaches it, and has another one ready for
 * the next opening of the same range.
 *
 * How that comes about is for V8's sake, which counts views as garbage to come. It adds up by how much they have grown
 * since they were fewest, and with a heap of over 8 MiB it looks for garbage (3 to 15 ms) when that is some MiB: to detach
 * and attach 8 MiB again and again would have it look each time. So nothing of weight may go before its like has come.
 */
export class MappedViews {
  private spare: ArrayBuffer[] = [];
  /** What they are of. */
  private spareOffset = 0;
  private spareLength = 0;
  private unmapped = false;

  constructor(readonly memory: SegmentMemory) {}

  open(offset: number, length: number): ArrayBuffer {
    const spare = this.isSpare(offset, length) ? this.spare.pop() : undefined;
    return spare ?? this.view(offset, length);
  }

  /** Detaches a view that `open` gave: its length is 0 from now on. False if somebody else has taken its memory away. */
  close(offset: number, buffer: ArrayBuffer): boolean {
    if (isDetached(buffer)) return false;
    const length = buffer.byteLength;
    if (this.isSpare(offset, length) && this.spare.length > 0) drop(buffer);
    else if (length < SWING_BYTES && canRecycle()) this.recycle(offset, length, buffer);
    else this.replace(offset, length, buffer);
    return true;
  }

  /** Nobody has a view any more. */
  unmap(): void {
    this.unmapped = true;
    this.spare = [];
    this.memory.unmap();
  }

  private recycle(offset: number, length: number, buffer: ArrayBuffer): void {
    const fresh = detach(buffer);
    // Not `instanceof`: the promise of a stream may be of another realm (jest's).
    if ('then' in fresh) void fresh.then((later) => this.keep(offset, length, later));
    else this.keep(offset, length, fresh);
  }

  private keep(offset: number, length: number, buffer: ArrayBuffer): void {
    if (this.unmapped) return;
    protect(buffer);
    markAsUntransferable(buffer); // As Node itself has marked the first one, which koffi made.
    this.keepOf(offset, length, [buffer]);
  }

  private replace(offset: number, length: number, buffer: ArrayBuffer): void {
    if (length < HEAVY_BYTES) this.keepOf(offset, length, [this.view(offset, length)]);
    else setImmediate(() => this.restock(offset, length)); // Not before it goes: both together may be the 64 MiB.
    drop(buffer);
  }

  /** V8 looks for garbage meanwhile: the answer of whoever closed the last one has left before. */
  private restock(offset: number, length: number): void {
    if (this.unmapped || (this.isSpare(offset, length) && this.spare.length > 0)) return;
    const stock = Array.from({ length: STOCK }, () => this.view(offset, length));
    this.keepOf(offset, length, stock);
  }

  private keepOf(offset: number, length: number, spare: ArrayBuffer[]): void {
    this.spare = spare;
    this.spareOffset = offset;
    this.spareLength = length;
  }

  private isSpare(offset: number, length: number): boolean {
    return offset === this.spareOffset && length === this.spareLength;
  }

  private view(offset: number, length: number): ArrayBuffer {
    const buffer = this.memory.view(offset, length);
    protect(buffer);
    return buffer;
  }
}

let recycling: boolean | undefined;

/**
 * Whether memory can go on under another buffer that `postMessage` and `structuredClone` can't move either, and that can
 * be detached all the same. From Node 24 on it can't: there, every view is a new one.
 */
function canRecycle(): boolean {
  return (recycling ??= triedOut());
}

function triedOut(): boolean {
  const { transfer } = ArrayBuffer.prototype as { transfer?: (this: ArrayBuffer) => ArrayBuffer };
  const probe = new ArrayBuffer(8);
  markAsUntransferable(probe);
  try {
    transfer?.call(probe);
    return true;
  } catch {
    return false;
  }
}
