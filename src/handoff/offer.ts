// The proof that the other side can read this side's memory: it returns a number that only stands there.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { openSegment } from '../segments/segment-ways';
import type { OpenOptions, OwnSegment, SegmentMaker } from '../segments/memory';

/** Bytes of the number. */
const NONCE_BYTES = 16;
/** Bytes of a segment that has nothing but the number. */
const OFFER_BYTES = 64;

/** A small segment with a random number in it. */
export class Offer {
  private constructor(
    private readonly segment: OwnSegment,
    private readonly nonce: Uint8Array,
  ) {}

  /** @throws SameboxError `NO_SPACE` */
  static make(maker: SegmentMaker): Offer {
    const segment = maker.create(OFFER_BYTES);
    if (segment instanceof Promise) throw new TypeError('a small segment is made at once');
    const nonce = randomBytes(NONCE_BYTES);
    new Uint8Array(segment.view(0, NONCE_BYTES)).set(nonce);
    return new Offer(segment, nonce);
  }

  /** How the other side opens it. */
  get grant(): string {
    return this.segment.grant;
  }

  /** Whether that is the number. */
  proves(nonce: unknown): boolean {
    return nonce instanceof Uint8Array && nonce.length === NONCE_BYTES && timingSafeEqual(nonce, this.nonce);
  }

  /** It has done its work. */
  remove(): void {
    this.segment.remove();
  }
}

/**
 * The number in the other side's offer; a promise where it has to be read from a file.
 * @throws SameboxError where it can't be read from here: another user, a container, a forwarded socket.
 */
export function readOffer(
  grant: string,
  options: Omit<OpenOptions, 'bytes' | 'writes'>,
): Uint8Array | Promise<Uint8Array> {
  const { pid, trusted } = options;
  const opened = openSegment(grant, { pid, trusted, bytes: OFFER_BYTES, writes: 'both' });
  if (!('view' in opened)) return opened.read(0, NONCE_BYTES).finally(() => opened.close());
  const nonce = new Uint8Array(opened.view(0, NONCE_BYTES)).slice();
  opened.unmap();
  return nonce;
}
