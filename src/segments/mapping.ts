// What is needed to map memory on any system: koffi, and a process that can address it.
import type * as Koffi from 'koffi';
import { SameboxError } from '../errors';
import { native } from '../native';

/** Memory that the kernel has mapped into this process. */
export interface Mapping {
  readonly pointer: bigint;
  readonly length: number;
  /** Gives it up. A touch of it ends the process from now on. */
  unmap(): void;
}

type Access = { readonly koffi: typeof Koffi } | { readonly unavailable: string };

let access: Access | undefined;

/** koffi where segments can be mapped, or why they can't. */
export function mappingAccess(): Access {
  return (access ??= ask());
}

/** @throws SameboxError `DENIED` where segments can't be mapped, with the reason. */
export function mappingKoffi(): typeof Koffi {
  const found = mappingAccess();
  if ('koffi' in found) return found.koffi;
  throw new SameboxError('DENIED', `Segments can't be mapped: ${found.unavailable}.`);
}

function ask(): Access {
  const found = native();
  if (!found.available) return { unavailable: found.reason };
  // Offsets and lengths are declared with 64 bits, and a segment of 4 GiB would not fit anyway.
  if (found.koffi.sizeof('void *') !== 8) return { unavailable: 'shared memory needs a 64-bit process' };
  return { koffi: found.koffi };
}
