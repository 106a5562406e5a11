// Items of a stream that were sent, and may not have arrived: held for a consumer that comes back.
import type { EncodedBody } from '../frames';

/** What is held of one stream at most. */
const HELD = { items: 4096, bytes: 8 * 1024 * 1024 };

/** An item as it was sent. */
export interface SentItem {
  readonly sequence: number;
  readonly body: EncodedBody;
  readonly bytes: number;
}

/** The latest items of one stream. What is not held is lost if it was cut off on its way. */
export class SentItems {
  private items: SentItem[] = [];
  private held = 0;

  /** Bytes that are held. */
  get bytes(): number {
    return this.held;
  }

  /** @param body with attachments of its own, see `holdable`. */
  add(sequence: number, body: EncodedBody): void {
    this.items.push({ sequence, bytes: body.payload, body });
    this.held += body.payload;
    while (this.items.length > HELD.items || this.held > HELD.bytes) this.drop();
  }

  /** The consumer has what comes before `next`. */
  confirm(next: number): void {
    while (this.items.length > 0 && (this.items[0] as SentItem).sequence < next) this.drop();
  }

  /** What is held, the oldest first. */
  all(): readonly SentItem[] {
    return this.items;
  }

  clear(): void {
    this.items = [];
    this.held = 0;
  }

  private drop(): void {
    this.held -= (this.items.shift() as SentItem).bytes;
  }
}
