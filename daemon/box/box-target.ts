// One target of a box: its name, how it is opened, how it may be called.
import { isClass, isPromise, kindOf } from './check-options';
import { EXPOSED, isExposed } from './expose';
import { exposureOf, type Exposure } from './exposure';
import { checkTargetName } from './target-name';

/** One target of a box. */
export interface BoxTarget {
  readonly name: string;
  readonly exposure: Exposure;
  /** Whether `open` makes a new object each time (a factory) or gives the same one. */
  readonly factory: boolean;
  /**
   * The object that is called, or a promise of it: an object with a method called `then` must not be awaited. Rejects
   * with what the factory threw, or a TypeError if it gave no object.
   */
  open(): object;
}

/**
 * A value of `targets` as a target.
 * @param maxQueue how many calls wait for it if it says no other number.
 * @throws TypeError if the name is illegal or the value can't be a target.
 */
export function boxTarget(name: string, value: unknown, maxQueue?: number): BoxTarget {
  checkTargetName(name);
  const { source, exposure } = isExposed(value)
    ? { source: value.source as unknown, exposure: exposureOf(value.options, `target "${name}"`, maxQueue) }
    : { source: value, exposure: exposureOf({}, `target "${name}"`, maxQueue) };
  if (isClass(source)) {
    const of = source.name === '' ? 'the class' : source.name;
    throw new TypeError(
      `Target "${name}" is the class ${source.name} itself: write () => new ${of}(...), so that an object is made of it.`,
    );
  }
  if (isPromise(source)) {
    throw new TypeError(
      `Target "${name}" is a promise: write () => in front of it, so that samebox can open it, and open it again.`,
    );
  }
  if (typeof source === 'function') {
    return { name, exposure, factory: true, open: () => make(name, source as () => unknown) };
  }
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    throw new TypeError(
      `Target "${name}" is ${kindOf(source)}: a target is an object, or a function that makes one.`,
    );
  }
  return { name, exposure, factory: false, open: () => source };
}

function make(name: string, factory: () => unknown): object {
  try {
    const given = factory();
    return isPromise(given) ? Promise.resolve(given).then((object) => made(name, object)) : made(name, given);
  } catch (error) {
    return rejected(error);
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}

function made(name: string, object: unknown): object {
  if (typeof object === 'object' && object !== null && !(EXPOSED in object)) return object;
  const wrong = typeof object === 'object' && object !== null ? 'what expose() returned' : kindOf(object);
  const next =
    object === undefined
      ? 'it must return the object; a function body in { } needs `return`.'
      : wrong.startsWith('what')
        ? 'write expose(() => ...) around the function instead.'
        : 'it must return the object that is called.';
  throw new TypeError(`The function that makes target "${name}" returned ${wrong}: ${next}`);
}
