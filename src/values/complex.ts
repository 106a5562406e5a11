// A complex number, as it crosses: CBOR tag 43000 over [re, im].

const BRAND = Symbol.for('samebox.Complex');

/** A complex number. In Python it arrives as `complex`. */
export class Complex {
  constructor(
    readonly re: number,
    readonly im: number,
  ) {}

  /** Whether `value` is a `Complex`, of this copy of the package or of another. */
  static is(value: unknown): value is Complex {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Magnitude. */
  get abs(): number {
    return Math.hypot(this.re, this.im);
  }

  /** Phase in radians, from -pi to pi. */
  get arg(): number {
    return Math.atan2(this.im, this.re);
  }

  toString(): string {
    return `${this.re}${this.im < 0 || Object.is(this.im, -0) ? '-' : '+'}${Math.abs(this.im)}i`;
  }
}
Object.defineProperty(Complex.prototype, BRAND, { value: true });
