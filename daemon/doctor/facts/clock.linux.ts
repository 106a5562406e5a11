// Whether something keeps the clock, asked of the kernel: whoever does (ntpd, chrony, systemd-timesyncd) tells it so.
import { libcFunction } from '../../../src/native/libc.unix';

/** `struct timex` is 208 bytes on 64-bit systems, and fewer on others. All zeros ask, and set nothing: adjtimex(2). */
const TIMEX_BYTES = 256;
/** What is returned while the clock is not synchronised. */
const TIME_ERROR = 5;

/** `undefined` without koffi, and where the kernel doesn't tell. */
export function isClockKept(): boolean | undefined {
  const state = libcFunction<(timex: Buffer) => number>('int adjtimex(void *timex)')?.(
    Buffer.alloc(TIMEX_BYTES),
  );
  return state === undefined || state < 0 ? undefined : state !== TIME_ERROR;
}
