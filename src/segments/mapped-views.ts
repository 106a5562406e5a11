// ArrayBuffers over one segment: made when they are needed, detached when they are not, and used again.
import { detach, isDetached } from '../values/detach';
import { protect } from '../values/forbid-use';
import type { SegmentMemory } from './memory';

interface Spare {
  readonly offset: number;
  readonly buffer: ArrayBuffer;
}

/**
 * The views of a segment. Every opening gives an ArrayBuffer of its own. One that was closed is detached, and its
 * memory given to the next opening of the same range: V8 counts fresh views as garbage to come, so that a steady
 * stream of them would have it collect all the time.
 */
export class MappedViews {
  private spare: Spare | undefined;
  private unmapped = false;

  constructor(readonly memory: SegmentMemory) {}

  open(offset: number, length: number): ArrayBuffer {
    const { spare } = this;
    if (spare?.offset === offset && spare.buffer.byteLength === length) {
      this.spare = undefined;
      return spare.buffer;
    }
    return protectedBuffer(this.memory.view(offset, length));
  }

  /** Detaches a view that `open` gave: its length is 0 from now on. False if somebody else has taken its memory away. */
  close(offset: number, buffer: ArrayBuffer): boolean {
    if (isDetached(buffer)) return false;
    const keep = (fresh: ArrayBuffer): void => {
      if (!this.unmapped) this.spare = { offset, buffer: protectedBuffer(fresh) };
    };
    const fresh = detach(buffer);
    if ('then' in fresh) void fresh.then(keep);
    else keep(fresh);
    return true;
  }

  /** Nobody has a view any more. */
  unmap(): void {
    this.unmapped = true;
    this.spare = undefined;
    this.memory.unmap();
  }
}

function protectedBuffer(buffer: ArrayBuffer): ArrayBuffer {
  protect(buffer);
  return buffer;
}
