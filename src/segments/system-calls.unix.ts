// System calls for segments, through the C library, and their errors.
import type { KoffiFunc } from 'koffi';
import { SameboxError } from '../errors';
import { lastError } from '../native';
import { libcFunction } from '../native/libc.unix';
import { mappingKoffi } from './mapping';

/**
 * The function that the C `declaration` names. The type argument states its JavaScript signature: nothing checks it.
 * @throws SameboxError `DENIED` without native code; koffi's error if this C library has no such function.
 */
export function systemCall<F extends (...args: never[]) => unknown>(declaration: string): KoffiFunc<F> {
  mappingKoffi();
  const found = libcFunction<F>(declaration);
  if (found !== undefined) return found;
  throw new SameboxError('DENIED', `Native code is unavailable: ${declaration}.`);
}

/** What the call that was just made failed with. */
export function callFailed(syscall: string): NodeJS.ErrnoException {
  return lastError(mappingKoffi(), syscall);
}
