// What Windows has for file mappings: kernel32's functions, bound once. Handles and addresses are integers that nobody follows.
import type { KoffiFunc } from 'koffi';
import { mappingKoffi } from './mapping';

type Integer = bigint | number;

/** The functions, as WinBase.h and MemoryApi.h have them. */
export interface Kernel32 {
  readonly createFileMapping: KoffiFunc<
    (file: bigint, security: null, protection: number, high: number, low: number, name: string) => Integer
  >;
  readonly openFileMapping: KoffiFunc<(access: number, inherit: number, name: string) => Integer>;
  readonly mapViewOfFile: KoffiFunc<
    (mapping: bigint, access: number, high: number, low: number, bytes: number) => Integer
  >;
  readonly unmapViewOfFile: KoffiFunc<(address: bigint) => number>;
  readonly virtualQuery: KoffiFunc<(address: bigint, answer: Buffer, bytes: number) => Integer>;
  readonly closeHandle: KoffiFunc<(handle: bigint) => number>;
  readonly lastError: KoffiFunc<() => number>;
}

let bound: Kernel32 | undefined;

/** @throws SameboxError `DENIED` without native code. */
export function kernel32(): Kernel32 {
  if (bound !== undefined) return bound;
  const library = mappingKoffi().load('kernel32.dll');
  const func = (name: string, result: string, ...parameters: string[]): unknown =>
    library.func('__stdcall', name, result, parameters);
  return (bound = {
    createFileMapping: func(
      'CreateFileMappingW',
      'intptr_t',
      'intptr_t',
      'void *',
      'uint32_t',
      'uint32_t',
      'uint32_t',
      'str16',
    ),
    openFileMapping: func('OpenFileMappingW', 'intptr_t', 'uint32_t', 'int', 'str16'),
    mapViewOfFile: func(
      'MapViewOfFile',
      'uintptr_t',
      'intptr_t',
      'uint32_t',
      'uint32_t',
      'uint32_t',
      'size_t',
    ),
    unmapViewOfFile: func('UnmapViewOfFile', 'int', 'uintptr_t'),
    virtualQuery: func('VirtualQuery', 'size_t', 'uintptr_t', 'void *', 'size_t'),
    closeHandle: func('CloseHandle', 'int', 'intptr_t'),
    lastError: func('GetLastError', 'uint32_t'),
  } as Kernel32);
}

/** What the call that was just made failed with: an Error with `code` `WIN32_n`, where n is Windows' error number. */
export function windowsError(syscall: string): NodeJS.ErrnoException {
  const errno = kernel32().lastError();
  const error = new Error(`${syscall} failed with Windows error ${String(errno)}`);
  return Object.assign(error, { code: `WIN32_${String(errno)}`, syscall });
}
