// What Windows tells of a process: when it began, and whether it has ended. See OpenProcess and GetProcessTimes.
import { closeHandle } from './handles.windows';
import { native } from './koffi';
import { lastWindowsError, win32 } from './win32.windows';

const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
const SYNCHRONIZE = 0x100000;
const ERROR_INVALID_PARAMETER = 87;
const WAIT_OBJECT_0 = 0;
/** A FILETIME: 100 nanoseconds since 1601. */
const TIME_BYTES = 8;

const OPEN = 'intptr_t __stdcall OpenProcess(uint32_t access, int inherit, uint32_t pid)';
const TIMES =
  'int __stdcall GetProcessTimes(intptr_t process, void *creation, void *exit, void *kernel, void *user)';
const WAIT = 'uint32_t __stdcall WaitForSingleObject(intptr_t handle, uint32_t milliseconds)';

type Call<R = number> = (...args: unknown[]) => R;
const kernel32 = <R = number>(prototype: string): Call<R> => win32<Call<R>>('kernel32.dll', prototype);

/** When the process began; `undefined` where that isn't told: it is another user's, or there is no koffi. */
export function startOfWindowsProcess(pid: number): string | undefined {
  const found = look(pid);
  return typeof found === 'object' ? found.start : undefined;
}

/** What is known of the process that began then. */
export function stateOfWindowsProcess(pid: number, start: string): 'alive' | 'dead' | 'unknown' {
  const found = look(pid);
  if (typeof found !== 'object') return found;
  return found.ended || found.start !== start ? 'dead' : 'alive';
}

function look(pid: number): { readonly start: string; readonly ended: boolean } | 'dead' | 'unknown' {
  if (!native().available) return 'unknown';
  const access = PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE;
  const handle = BigInt(kernel32<bigint | number>(OPEN)(access, 0, pid));
  if (handle === 0n) return lastWindowsError() === ERROR_INVALID_PARAMETER ? 'dead' : 'unknown';
  try {
    const creation = Buffer.alloc(TIME_BYTES);
    const others = Buffer.alloc(TIME_BYTES); // When it ended, and its time in the kernel and outside: nobody asks.
    if (kernel32(TIMES)(handle, creation, others, others, others) === 0) return 'unknown';
    // Who still has a handle of a process that has ended keeps its number.
    return { start: String(creation.readBigUInt64LE()), ended: kernel32(WAIT)(handle, 0) === WAIT_OBJECT_0 };
  } finally {
    closeHandle(handle);
  }
}
