// Handles of what exists, by path: files, folders, pipes.
import { win32, windowsError } from './win32.windows';

const OPEN_EXISTING = 3;
const CREATE_FILE =
  'intptr_t __stdcall CreateFileW(str16 path, uint32_t access, uint32_t share, void *security, uint32_t disposition, uint32_t flags, intptr_t template)';
const CLOSE = 'int __stdcall CloseHandle(intptr_t handle)';

/** @throws Windows' error. */
export function openHandle(path: string, access: number, share: number, flags: number): bigint {
  const createFile = win32<(...args: unknown[]) => bigint | number>('kernel32.dll', CREATE_FILE);
  const handle = BigInt(createFile(path, access, share, null, OPEN_EXISTING, flags, 0));
  if (handle === -1n) throw windowsError('CreateFileW');
  return handle;
}

export function closeHandle(handle: bigint): void {
  win32<(handle: bigint) => number>('kernel32.dll', CLOSE)(handle);
}
