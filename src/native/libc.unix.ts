// The C library of this process, and its functions by declaration.
import type { KoffiFunc } from 'koffi';
import { native } from './koffi';

const functions = new Map<string, unknown>();

/**
 * The function that the C `declaration` names, e.g. `int flock(int fd, int operation)`; bound once.
 * `undefined` without koffi. The type argument states its JavaScript signature: nothing checks it.
 */
export function libcFunction<F extends (...args: never[]) => unknown>(
  declaration: string,
): KoffiFunc<F> | undefined {
  const bound = functions.get(declaration);
  if (bound !== undefined) return bound as KoffiFunc<F>;
  const { available, ...rest } = native();
  if (!available || !('koffi' in rest)) return undefined;
  // Everything that Node itself is linked with, the C library foremost, is found without a file name.
  const found: unknown = rest.koffi.load(null).func(declaration);
  functions.set(declaration, found);
  return found as KoffiFunc<F>;
}
