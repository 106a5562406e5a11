// A file that one process has to itself: `CreateFileW` with share mode 0. The Windows counterpart of flock.
import type { KoffiFunc } from 'koffi';
import { native } from './koffi';

const GENERIC_READ_WRITE = 0xc0000000;
const SHARE_NOTHING = 0;
const OPEN_ALWAYS = 4;
const FILE_ATTRIBUTE_NORMAL = 0x80;
const ERROR_SHARING_VIOLATION = 32;
const INVALID_HANDLE = -1n;

type CreateFile = (
  path: string,
  access: number,
  share: number,
  security: null,
  disposition: number,
  flags: number,
  template: null,
) => bigint | number;

interface Kernel32 {
  readonly createFile: KoffiFunc<CreateFile>;
  readonly closeHandle: KoffiFunc<(handle: bigint) => number>;
  readonly lastError: KoffiFunc<() => number>;
}

/** An open exclusive file. */
export interface ExclusiveFile {
  /** Gives it up; the file stays. */
  close(): void;
}

let kernel32: Kernel32 | undefined;

/**
 * Opens (or creates) `path` so that no other process can open it, until it is closed or this process ends, however it ends.
 *
 * @returns the file, `'held'` if somebody has it open, `'unavailable'` without koffi.
 * @throws an Error with `code` `WIN32_n` otherwise, where n is Windows' error number.
 */
export function openExclusive(path: string): ExclusiveFile | 'held' | 'unavailable' {
  const api = bind();
  if (api === undefined) return 'unavailable';
  const handle = BigInt(
    api.createFile(path, GENERIC_READ_WRITE, SHARE_NOTHING, null, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, null),
  );
  if (handle !== INVALID_HANDLE) return { close: () => void api.closeHandle(handle) };
  const errno = api.lastError();
  if (errno === ERROR_SHARING_VIOLATION) return 'held';
  const error = new Error(`CreateFileW failed with Windows error ${String(errno)}, open '${path}'`);
  throw Object.assign(error, { code: `WIN32_${String(errno)}`, syscall: 'CreateFileW', path });
}

function bind(): Kernel32 | undefined {
  if (kernel32 !== undefined) return kernel32;
  const access = native();
  if (!access.available) return undefined;
  const library = access.koffi.load('kernel32.dll');
  return (kernel32 = {
    // A HANDLE is declared as the integer that it is: it is compared, never followed.
    createFile: library.func('__stdcall', 'CreateFileW', 'intptr_t', [
      'str16',
      'uint32_t',
      'uint32_t',
      'void *',
      'uint32_t',
      'uint32_t',
      'void *',
    ]) as Kernel32['createFile'],
    closeHandle: library.func('__stdcall', 'CloseHandle', 'int', ['intptr_t']) as Kernel32['closeHandle'],
    lastError: library.func('__stdcall', 'GetLastError', 'uint32_t', []) as Kernel32['lastError'],
  });
}
