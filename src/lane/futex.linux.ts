// Blocking by a word of shared memory on Linux: see futex(2). Node has it for its own memory only.
import { arch } from 'node:process';
import { hasHungUp } from '../native/hung-up.unix';
import { libcFunction } from '../native/libc.unix';
import type { Blocking } from './blocking';

/** The number of the system call. The C library has no function for it. */
const SYS_FUTEX: Readonly<Record<string, number>> = { x64: 202, arm64: 98, riscv64: 98, loong64: 98 };
/** Without FUTEX_PRIVATE_FLAG: who waits and who wakes are two processes. */
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;

type Futex = (
  number: number,
  word: Int32Array,
  operation: number,
  value: number,
  timeout: BigInt64Array | null,
  other: null,
  bits: number,
) => number;

/** Blocking by futexes; `undefined` without koffi, or on a machine whose number for it isn't known here. */
export function futexes(): Blocking | undefined {
  const number = SYS_FUTEX[arch];
  const call = libcFunction<Futex>(
    'long syscall(long number, void *word, int operation, int value, void *timeout, void *other, int bits)',
  );
  if (number === undefined || call === undefined) return undefined;
  const timeout = new BigInt64Array(2);
  return {
    // Whatever it returns (woken, changed before, timed out, a signal), the caller looks again.
    wait: (word, value, milliseconds) => {
      timeout[0] = BigInt(Math.floor(milliseconds / 1000));
      timeout[1] = BigInt(Math.floor((milliseconds % 1000) * 1e6));
      call(number, word, FUTEX_WAIT, value, timeout, null, 0);
    },
    wake: (word) => void call(number, word, FUTEX_WAKE, 1, null, null, 0),
    isGone: (socket) => hasHungUp(socket) === true,
    close: () => undefined,
  };
}
