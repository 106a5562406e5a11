// Checks of what a person writes into a config: each names the option and what it must be.
import { types } from 'node:util';
import { didYouMean } from '../../src/suggest';

/** Options as they were given, before they are checked. */
export type Given = Readonly<Record<string, unknown>>;

/** `value` as an object with options. */
export function plainObject(value: unknown, what: string): Given {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} must be an object, not ${kindOf(value)}.`);
  }
  return value as Given;
}

/** Throws for a key that is not among `known`, with a suggestion. */
export function checkKeys(given: Given, known: readonly string[], of: string): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      throw new TypeError(
        `${of} has no option "${key}".${didYouMean(key, known)} The options are ${known.join(', ')}.`,
      );
    }
  }
}

/** A whole number of at least `least`, or `Infinity`; `fallback` if it is not given. */
export function positiveInteger(value: unknown, fallback: number, what: string, least: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(Number.isSafeInteger(value) || value === Infinity) || value < least) {
    throw new TypeError(
      `${what} must be a whole number of at least ${least}, or Infinity, not ${kindOf(value)}.`,
    );
  }
  return value;
}

/** A time in milliseconds, or `Infinity`; `fallback` if it is not given. */
export function milliseconds(value: unknown, fallback: number, what: string): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || Number.isNaN(value) || value < 0) {
    throw new TypeError(
      `${what} must be a number of milliseconds of at least 0, or Infinity, not ${kindOf(value)}.`,
    );
  }
  return value;
}

/** A list of member names as a set; empty if it is not given. */
export function namesOf(value: unknown, what: string): ReadonlySet<string> {
  if (value === undefined) return new Set();
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    throw new TypeError(`${what} must be a list of names, such as ["read"], not ${kindOf(value)}.`);
  }
  return new Set(value);
}

/** What `value` is, for a message: `a string ("x")`, `undefined`, `an array`, `a PowerMeter`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `a string (${JSON.stringify(value.slice(0, 40))})`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return `${String(value)}`;
  }
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'function') return isClass(value) ? `the class ${value.name}` : 'a function';
  if (Array.isArray(value)) return 'an array';
  if (isPromiseLike(value)) return 'a promise';
  return 'an object';
}

/** Whether `value` is a class, which can't be called without `new`. */
export function isClass(value: unknown): value is abstract new (...args: never[]) => object {
  try {
    return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
  } catch {
    return false;
  }
}

/** Whether `value` has a `then` method. Reads it once; whatever it throws means no. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  try {
    return (
      typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
    );
  } catch {
    return false;
  }
}

/** Whether `value` is a promise, of any library, and not an instrument that happens to have a method called `then`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    types.isPromise(value) ||
    (isPromiseLike(value) && typeof (value as { catch?: unknown }).catch === 'function')
  );
}
