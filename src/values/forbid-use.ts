// Guards around memory that is lent out: typed arrays that say why they are empty, buffers that can't be moved away.
import { inspect } from 'node:util';
import { isDetached } from './detach';
import { GIVEN_BACK, givenBack } from './given-back';

/** By the prototype that a view had: the one that it gets. */
const forbidden = new WeakMap<object, object>();

/**
 * Makes every method and the iterator of a detached view throw a TypeError that names `keep`. Its lengths still answer 0,
 * `instanceof` still holds, and elements read as undefined: there the language leaves nothing to hook into. Does nothing
 * to a view that isn't detached.
 */
export function forbidUse(view: ArrayBufferView): void {
  if (!isDetached(view.buffer)) return;
  const prototype = Object.getPrototypeOf(view) as object;
  if (GUARD in prototype) return;
  let guard = forbidden.get(prototype);
  if (guard === undefined) forbidden.set(prototype, (guard = forbid(prototype)));
  Reflect.setPrototypeOf(view, guard);
}

const GUARD = Symbol('samebox.forbidden');

/** An object on top of `prototype` whose own methods throw, in place of all that `prototype` has or inherits. */
function forbid(prototype: object): object {
  const guard = Object.create(prototype, { [GUARD]: { value: true } }) as object;
  const refuse = (): never => {
    throw givenBack();
  };
  for (let one = prototype; one !== null && Object.getPrototypeOf(one) !== null; one = parent(one)) {
    for (const key of Reflect.ownKeys(one)) {
      const value: unknown = Object.getOwnPropertyDescriptor(one, key)?.value;
      if (typeof value === 'function' && key !== 'constructor') define(guard, key, refuse);
    }
  }
  define(guard, inspect.custom, function (this: ArrayBufferView) {
    return `[${(this as unknown as Record<symbol, string>)[Symbol.toStringTag]} that ${GIVEN_BACK}]`;
  });
  return guard;
}

function parent(object: object): object {
  return Object.getPrototypeOf(object) as object;
}

function define(object: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: false, configurable: true });
}

const MOVING = {
  value: (): never => {
    throw new TypeError(
      "this ArrayBuffer is shared memory and can't be moved: copy what lies in it (x.slice())",
    );
  },
};

/**
 * Forbids to move the memory of `buffer` to another ArrayBuffer, away from under its bookkeeping: `transfer` and
 * `transferToFixedLength` throw a TypeError. `detach` still works. `postMessage` and `structuredClone` don't move a mapping
 * in any case: they throw, or copy on Node 20. (`markAsUntransferable` isn't used: it kills Node 24 at its exit.)
 */
export function protect(buffer: ArrayBuffer): void {
  Object.defineProperties(buffer, { transfer: MOVING, transferToFixedLength: MOVING });
}
