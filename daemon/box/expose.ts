// `expose`: an object, or what makes one, together with how it may be called.
import type { Allow } from './allow';
import { checkExposeOptions } from './exposure';

/** Marks what `expose` returns, so that two copies of the package understand each other. */
export const EXPOSED: unique symbol = Symbol.for('samebox.exposed') as never;

/** What makes a target: called once when the daemon opens it, and again with backoff after it failed. */
export type TargetFactory<T extends object = object> = () => T | PromiseLike<T>;

/** The names of `T`'s members, or any string where `T` is not known. */
export type MemberName<T> = [keyof T] extends [never] ? string : keyof T & string;

/** The names of `T`'s methods that give an async iterable. */
export type StreamName<T> = [keyof T] extends [never]
  ? string
  : {
      [K in keyof T]-?: T[K] extends (...args: never[]) => infer R
        ? Awaited<R> extends AsyncIterable<unknown>
          ? K
          : never
        : never;
    }[keyof T] &
      string;

/** How a target may be called. */
export interface ExposeOptions<T extends object = object> {
  /** How many calls run at once. Default 1; `Infinity` for as many as come. */
  readonly concurrency?: number;
  /** How many calls wait before the next one is answered `BUSY`. Default: the box's limit `maxQueue`, 1,024. */
  readonly maxQueue?: number;
  /** Methods and properties that a client may send again when it can't know whether they ran. Default none. */
  readonly idempotent?: readonly MemberName<T>[];
  /** Default deadlines of methods and properties in milliseconds, in place of 10,000; `Infinity` for none. */
  readonly timeouts?: { readonly [K in MemberName<T>]?: number };
  /** Stream methods that hold the target's place until their stream ends. Default none: until it is returned. */
  readonly exclusive?: readonly StreamName<T>[];
  /** Exposes these members and no others. */
  readonly only?: readonly MemberName<T>[];
  /** Doesn't expose these members. */
  readonly hide?: readonly MemberName<T>[];
  /** Whom the target is for, beside the daemon's user and root. Default: all that the daemon lets in. */
  readonly allow?: Allow;
  /**
   * Whom single methods and properties (to read and to set) are for, of those whom `allow` admits. A name that the object
   * doesn't have keeps the target from opening.
   */
  readonly allowMethods?: { readonly [K in MemberName<T>]?: Allow };
}

/** A function is a factory, never the target itself. */
export type NotCallable<T> = T extends (...args: never[]) => unknown ? never : unknown;

/** What `expose` returns: a value for `targets` of `defineBox`. */
export interface Exposed<T extends object = object> {
  readonly [EXPOSED]: 1;
  readonly source: T | TargetFactory<T>;
  readonly options: ExposeOptions;
}

/**
 * An object, or a function that makes one, together with how it may be called.
 *
 * @throws TypeError for an option that doesn't exist or has a wrong value.
 */
export function expose<T extends object>(
  factory: TargetFactory<T>,
  options?: NoInfer<ExposeOptions<T>>,
): Exposed<T>;
export function expose<T extends object>(
  object: T & NotCallable<T>,
  options?: NoInfer<ExposeOptions<T>>,
): Exposed<T>;
export function expose<T extends object>(
  source: T | TargetFactory<T>,
  options: ExposeOptions<T> = {},
): Exposed<T> {
  if (isExposed(source)) throw new TypeError('expose() was given what expose() returned: expose it once.');
  checkExposeOptions(options);
  return Object.freeze({ [EXPOSED]: 1, source, options: { ...options } }) as Exposed<T>;
}

/** Whether `value` came from `expose`, of this copy of the package or of another. */
export function isExposed(value: unknown): value is Exposed {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, EXPOSED);
}
