// The one error class of samebox.
import { CATALOGUE, type ErrorCode, type Ran } from './catalogue';

const BRAND = Symbol.for('samebox.error');

/** What may be said of an error besides its code and message. */
export interface SameboxErrorOptions {
  /** Whether the call ran. Default: the first value that the catalogue gives for the code. */
  ran?: Ran;
  /** What caused it; for `METHOD_FAILED`, what the target threw. */
  cause?: unknown;
  /** Facts for programs: paths, limits, names. Plain data. */
  details?: Readonly<Record<string, unknown>>;
}

/**
 * Every failure of a call, a connection or a daemon.
 *
 * `code` is API and stays; `message` is for people and changes. `ran` says whether the call may have run.
 */
export class SameboxError extends Error {
  override readonly name = 'SameboxError';
  /** The code: see the catalogue. */
  readonly code: ErrorCode;
  /** Whether the call ran. */
  readonly ran: Ran;
  /** Facts for programs. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: SameboxErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.ran = options.ran ?? CATALOGUE[code].ran[0];
    this.details = options.details ?? {};
  }

  /** An error that says nothing of where it was made: what is refused by the thousand costs no stacks. */
  static brief(code: ErrorCode, message: string, options?: SameboxErrorOptions): SameboxError {
    return withoutStack(() => new SameboxError(code, message, options));
  }

  /** Whether `value` is a `SameboxError`, of this copy of the package or of another. */
  static is(value: unknown): value is SameboxError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /**
   * `value` as a `SameboxError`: itself if it is one, else wrapped.
   * @param code the code of the wrapper. Default `INTERNAL`.
   */
  static from(value: unknown, code: ErrorCode = 'INTERNAL', options: SameboxErrorOptions = {}): SameboxError {
    if (SameboxError.is(value)) return value;
    return new SameboxError(code, messageOf(value), { cause: value, ...options });
  }

  /** The same error with another `ran` and what else is known. */
  with(options: SameboxErrorOptions): SameboxError {
    const copy = SameboxError.brief(this.code, this.message, {
      ran: options.ran ?? this.ran,
      cause: options.cause ?? this.cause,
      details: { ...this.details, ...options.details },
    });
    // Read when it is asked for: V8 makes the text of a stack only then, which costs more than all the rest.
    Object.defineProperty(copy, 'stack', {
      get: () => this.stack,
      set: (stack: string) => void Object.defineProperty(copy, 'stack', { value: stack, writable: true }),
      configurable: true,
    });
    return copy;
  }
}
Object.defineProperty(SameboxError.prototype, BRAND, { value: true });

function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A message for people, whatever was thrown. Never throws itself. */
export function messageOf(value: unknown): string {
  try {
    if (value instanceof Error || hasMessage(value)) return String(value.message);
    return typeof value === 'object' && value !== null ? 'a non-error was thrown' : String(value);
  } catch {
    return 'something that cannot be read was thrown';
  }
}

function hasMessage(value: unknown): value is { message: unknown } {
  return typeof value === 'object' && value !== null && 'message' in value;
}
