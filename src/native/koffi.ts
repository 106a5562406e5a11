// The way to native code: koffi, loaded at the first use, once, and its absence told instead of thrown.
import type * as Koffi from 'koffi';
import { messageOf } from '../errors';

/** koffi, or why it can't be had. */
export type Native =
  | { readonly available: true; readonly koffi: typeof Koffi }
  | { readonly available: false; readonly reason: string };

let loaded: Native | undefined;

/**
 * koffi, if it can be loaded. Never throws: without a prebuilt binary for this machine, or with `SAMEBOX_NATIVE=off` in
 * the environment, the answer is `native unavailable` with the reason, and callers do without.
 */
export function native(): Native {
  return (loaded ??= load());
}

function load(): Native {
  if (process.env.SAMEBOX_NATIVE === 'off') {
    return { available: false, reason: 'native unavailable: SAMEBOX_NATIVE=off' };
  }
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it, 3 MB of machine code, everywhere
    return { available: true, koffi: require('koffi') as typeof Koffi };
  } catch (error) {
    return { available: false, reason: `native unavailable: ${messageOf(error).split('\n', 1)[0] ?? ''}` };
  }
}
