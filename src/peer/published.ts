// An item that many read: encoded once, its arrays written once, and held until nobody needs it any more.
import type { EncodedBody } from '../frames';

const BRAND = Symbol.for('samebox.Published');

/** One item of a published stream, ready to be sent to anybody. Whoever takes it holds it, and lets it go once. */
export class Published {
  /** Bytes of its body and its arrays. */
  readonly bytes: number;
  private holds = 0;

  /** @param over runs when the last holder has let it go. */
  constructor(
    readonly body: EncodedBody,
    private readonly over: () => void,
  ) {
    this.bytes = body.payload;
  }

  /** Whether `value` is one, of this copy of the package or of another. */
  static is(value: unknown): value is Published {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  hold(): this {
    this.holds++;
    return this;
  }

  letGo(): void {
    if (--this.holds === 0) this.over();
  }
}

Object.defineProperty(Published.prototype, BRAND, { value: true });

/** An iterator that may have passed over items, which its consumer should know of. */
export interface SkippingIterator extends AsyncIterator<unknown> {
  /** Items passed over since the last time. */
  takeSkipped?(): number;
}

/** An item that nobody will send. */
export function letGo(value: unknown): void {
  if (Published.is(value)) value.letGo();
}
