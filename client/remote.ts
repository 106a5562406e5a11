// The type of a remote object, made from the type of the target: `Remote<T>`.
import type { IncomingStream } from '../src/peer/incoming-stream';
import type { Complex } from '../src/values/complex';
import type { NdArray } from '../src/values/nd-array';
import type { Lease, LeaseOptions } from './lease';

/** A stream that a remote method or property gives: iterate it, or await it for the stream object. */
export type RemoteStream<I> = Promise<IncomingStream<I>> & AsyncIterable<I>;

/** A remote property: await it. */
export type RemoteProperty<V> =
  Awaited<V> extends AsyncIterable<infer I>
    ? RemoteStream<I>
    : HasFunction<Awaited<V>> extends true
      ? CannotCross<'This property holds a function'>
      : PromiseLike<Awaited<V>>;

/** A remote method. Optional parameters that could hold a function are left out, a required one is an error. */
export type RemoteMethod<A extends readonly unknown[], R> =
  true extends HasFunction<A>
    ? true extends HasFunction<Sendable<A>>
      ? CannotCross<'An argument holds a function'>
      : RemoteMethod<Sendable<A>, R>
    : Awaited<R> extends AsyncIterable<infer I>
      ? (...args: A) => RemoteStream<I>
      : HasFunction<Awaited<R>> extends true
        ? CannotCross<'The result holds a function'>
        : (...args: A) => Promise<Awaited<R>>;

/** `A` up to its first optional parameter that could hold a function. */
type Sendable<A extends readonly unknown[]> = A extends readonly []
  ? []
  : number extends A['length']
    ? A
    : A extends readonly [infer First, ...infer Rest]
      ? [First, ...Sendable<Rest>]
      : A extends readonly [(infer First)?, ...infer Rest]
        ? true extends HasFunction<First>
          ? []
          : [First?, ...Sendable<Rest>]
        : A;

/** Stands where a function would have to cross, which it can't. */
export interface CannotCross<Reason extends string> {
  readonly 'cannot cross': Reason;
}

/** Names that are exposed: strings without a leading underscore. */
type ExposedName<K> = K extends string
  ? K extends `_${string}` | 'constructor' | 'then' | 'set' | 'lease'
    ? never
    : K
  : never;

/** The properties of `T` that can be set: what is not a method, nor readonly. */
type Settable<T> = {
  -readonly [
    K in keyof T as K extends ExposedName<K>
      ? T[K] extends (...args: never[]) => unknown
        ? never
        : IsReadonly<T, K> extends true
          ? never
          : K
      : never
  ]?: Awaited<T[K]>;
};

type IsReadonly<T, K extends keyof T> =
  (<G>() => G extends { [P in K]: T[K] } ? 1 : 2) extends <G>() => G extends { readonly [P in K]: T[K] }
    ? 1
    : 2
    ? true
    : false;

/**
 * A target as its callers see it: methods become promises, accessors awaitable, async iterables stay so.
 * A member that would need a function to cross is a type error where it is used.
 */
export type Remote<T> = 0 extends 1 & T ? UntypedRemote : TypedRemote<T>;

/** A target of which no type is known: everything may be tried. */
export interface UntypedRemote {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- nothing is known of it
  readonly [member: string]: any;
  /** Sets properties, in the order they stand, as one call. */
  set(properties: Readonly<Record<string, unknown>>): Promise<void>;
  /** Has the target for this session alone: see `Client.lease`. */
  lease(options?: LeaseOptions): Promise<Lease>;
}

type TypedRemote<T> = {
  readonly [K in keyof T as ExposedName<K>]: T[K] extends (...args: infer A) => infer R
    ? RemoteMethod<A, R>
    : RemoteProperty<T[K]>;
} & {
  /** Sets properties, in the order they stand, as one call. */
  set(properties: Settable<T>): Promise<void>;
  /** Has the target for this session alone: see `Client.lease`. */
  lease(options?: LeaseOptions): Promise<Lease>;
};

type Atom =
  string | number | bigint | boolean | null | undefined | void | Date | ArrayBufferView | NdArray | Complex;

/** Whether a value of this type has a function in it, as far as the type says. */
export type HasFunction<T> = 0 extends 1 & T
  ? false
  : unknown extends T
    ? false
    : T extends Atom
      ? false
      : T extends (...args: never[]) => unknown
        ? true
        : T extends ReadonlyMap<infer K, infer V>
          ? HasFunction<K> extends true
            ? true
            : HasFunction<V>
          : T extends ReadonlySet<infer I> | readonly (infer I)[]
            ? HasFunction<I>
            : T extends object
              ? true extends { [K in keyof T]-?: HasFunction<T[K]> }[keyof T]
                ? true
                : false
              : false;
