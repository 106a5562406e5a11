// What Windows tells of a process: when it began, and whether it has ended. See OpenProcess and GetProcessTimes.
import type { KoffiFunc } from 'koffi';
import { native } from './koffi';

const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
const SYNCHRONIZE = 0x100000;
const ERROR_INVALID_PARAMETER = 87;
const WAIT_OBJECT_0 = 0;
/** A FILETIME: 100 nanoseconds since 1601. */
const TIME_BYTES = 8;

interface Kernel32 {
  readonly open: KoffiFunc<(access: number, inherit: number, pid: number) => bigint | number>;
  readonly times: KoffiFunc<
    (handle: bigint, creation: Buffer, exit: Buffer, kernel: Buffer, user: Buffer) => number
  >;
  readonly wait: KoffiFunc<(handle: bigint, milliseconds: number) => number>;
  readonly close: KoffiFunc<(handle: bigint) => number>;
  readonly lastError: KoffiFunc<() => number>;
}

let kernel32: Kernel32 | undefined;

function bind(): Kernel32 | undefined {
  if (kernel32 !== undefined) return kernel32;
  const access = native();
  if (!access.available) return undefined;
  const library = access.koffi.load('kernel32.dll');
  const func = (name: string, result: string, ...parameters: string[]): unknown =>
    library.func('__stdcall', name, result, parameters);
  return (kernel32 = {
    open: func('OpenProcess', 'intptr_t', 'uint32_t', 'int', 'uint32_t'),
    times: func('GetProcessTimes', 'int', 'intptr_t', 'void *', 'void *', 'void *', 'void *'),
    wait: func('WaitForSingleObject', 'uint32_t', 'intptr_t', 'uint32_t'),
    close: func('CloseHandle', 'int', 'intptr_t'),
    lastError: func('GetLastError', 'uint32_t'),
  } as Kernel32);
}

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
  const api = bind();
  if (api === undefined) return 'unknown';
  const handle = BigInt(api.open(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, 0, pid));
  if (handle === 0n) return api.lastError() === ERROR_INVALID_PARAMETER ? 'dead' : 'unknown';
  try {
    const creation = Buffer.alloc(TIME_BYTES);
    const others = Buffer.alloc(TIME_BYTES); // When it ended, and its time in the kernel and outside: nobody asks.
    if (api.times(handle, creation, others, others, others) === 0) return 'unknown';
    // Who still has a handle of a process that has ended keeps its number.
    return { start: String(creation.readBigUInt64LE()), ended: api.wait(handle, 0) === WAIT_OBJECT_0 };
  } finally {
    api.close(handle);
  }
}
