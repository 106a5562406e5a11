// Flow control of streams: how much may be sent, when to allow more, and how much is made in one go. Totals of credit are
// absolute: a repeat is harmless.
import { systemClock, type Clock } from './clock';

/** So much since a stream began. */
export interface CreditTotal {
  readonly items: number;
  readonly bytes: number;
}

/** The producer's side: what it has been granted and what it has used. */
export class CreditWindow {
  private grantedItems = 0;
  private grantedBytes = 0;
  private usedItems = 0;
  private usedBytes = 0;

  /** Totals since the stream began. Lower ones than before change nothing. */
  grant(items: number, bytes: number): void {
    this.grantedItems = Math.max(this.grantedItems, items);
    this.grantedBytes = Math.max(this.grantedBytes, bytes);
  }

  /** Whether one more item may be sent. The last one may go over the bytes, so that any size passes. */
  get open(): boolean {
    return this.usedItems < this.grantedItems && this.usedBytes < this.grantedBytes;
  }

  use(bytes: number): void {
    this.usedItems++;
    this.usedBytes += bytes;
  }

  /** The consumer has got so much since the stream began: what else was sent is sent again, or lost. */
  restart(items: number, bytes: number): void {
    this.usedItems = Math.min(this.usedItems, items);
    this.usedBytes = Math.min(this.usedBytes, bytes);
  }
}

/** The consumer's side: what it has taken, and the totals to grant next. */
export class CreditGrant {
  private takenItems = 0;
  private takenBytes = 0;
  private items = 0;
  private bytes = 0;

  /**
   * @param windowItems items that may be on their way or waiting here.
   * @param windowBytes the same in bytes.
   */
  constructor(
    private readonly windowItems: number,
    private readonly windowBytes: number,
  ) {}

  /** Items that may still be on their way when `waiting` have come and were not taken yet. */
  open(waiting: number): number {
    return this.items - this.takenItems - waiting;
  }

  /** What was taken, and the totals that were granted last. */
  get totals(): { readonly taken: CreditTotal; readonly granted: CreditTotal } {
    const { takenItems, takenBytes, items, bytes } = this;
    return { taken: { items: takenItems, bytes: takenBytes }, granted: { items, bytes } };
  }

  take(bytes: number): void {
    this.takenItems++;
    this.takenBytes += bytes;
  }

  /** Totals to grant, if half of the window has been used up since the last grant. */
  due(): CreditTotal | undefined {
    const items = this.takenItems + this.windowItems;
    const bytes = this.takenBytes + this.windowBytes;
    if (2 * (items - this.items) < this.windowItems && 2 * (bytes - this.bytes) < this.windowBytes)
      return undefined;
    this.items = items;
    this.bytes = bytes;
    return { items, bytes };
  }
}

/** What is made in one go leaves in one write, and who calls meanwhile waits. Items count too: a clock may stand still. */
const BURST = { items: 256, milliseconds: 1 };

/** Items made in one go: a source may have them all at hand, while others wait for the event loop. */
export class Burst {
  private items = 0;
  private began: number;

  constructor(private readonly clock: Clock = systemClock) {
    this.began = clock.now();
  }

  /** One more was made. Whether the event loop should turn before the next. */
  add(): boolean {
    return ++this.items >= BURST.items || this.clock.now() - this.began >= BURST.milliseconds;
  }

  /** Turns the event loop, and begins anew. */
  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.items = 0;
    this.began = this.clock.now();
  }
}
