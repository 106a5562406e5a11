// Space for a file before anything is written to it: a page of a full tmpfs that is touched ends the process (SIGBUS).
import { ftruncateSync } from 'node:fs';
import { errnoError } from '../native';
import { OS } from '../os';
import { callFailed, systemCall } from './system-calls.unix';

/** Up to this many bytes are reserved at once; more take so long that it happens on another thread. */
const AT_ONCE_BYTES = 1024 * 1024;

const EINTR = 4;
const F_PREALLOCATE = 42;
const F_ALLOCATEALL = 4;
const F_PEOFPOSMODE = 3;

type Fallocate = (fd: number, offset: number, length: number) => number;
type Fcntl = (fd: number, command: number, type: 'void *', store: Buffer) => number;

/**
 * Makes the empty file `fd` `bytes` long and then gives what `finish` gives; with `space`, after space for all of it was
 * reserved, and over 1 MiB as a promise.
 *
 * @param undo is called, once, if that or `finish` fails.
 * @throws the kernel's error: `ENOSPC`, `EDQUOT`, `EFBIG` over `ulimit -f` (Node ignores the signal).
 */
export function whenSized<T>(
  fd: number,
  bytes: number,
  space: boolean,
  finish: () => T,
  undo: () => void,
): T | Promise<T> {
  const orUndo = (step: () => T): T => {
    try {
      return step();
    } catch (error) {
      undo();
      throw error;
    }
  };
  if (space && bytes > AT_ONCE_BYTES && OS !== 'darwin') {
    return reserveAside(fd, bytes).then(
      () => orUndo(finish),
      (error: unknown) => orUndo(() => rethrow(error)),
    );
  }
  return orUndo(() => {
    if (space) reserveNow(fd, bytes);
    else ftruncateSync(fd, bytes);
    return finish();
  });
}

function reserveNow(fd: number, bytes: number): void {
  if (OS === 'darwin') {
    preallocate(fd, bytes);
    return;
  }
  let errno: number;
  do errno = fallocate()(fd, 0, bytes);
  while (errno === EINTR);
  check(errno);
}

async function reserveAside(fd: number, bytes: number): Promise<void> {
  const call = fallocate();
  for (;;) {
    const errno = await new Promise<number>((resolve, reject) => {
      call.async(fd, 0, bytes, (error: Error | null, answer: number) => {
        if (error) reject(error);
        else resolve(answer);
      });
    });
    if (errno !== EINTR) return check(errno);
  }
}

/** It returns the error number, and leaves `errno` alone. */
function fallocate() {
  return systemCall<Fallocate>('int posix_fallocate(int fd, int64_t offset, int64_t length)');
}

/** macOS has no posix_fallocate. See fcntl(2) there: the request is an `fstore_t`. Space only; the length is set after it. */
function preallocate(fd: number, bytes: number): void {
  const fcntl = systemCall<Fcntl>('int fcntl(int fd, int command, ...)');
  const store = Buffer.alloc(32);
  store.writeUInt32LE(F_ALLOCATEALL, 0);
  store.writeInt32LE(F_PEOFPOSMODE, 4);
  store.writeBigInt64LE(BigInt(bytes), 16);
  if (fcntl(fd, F_PREALLOCATE, 'void *', store) === -1) throw callFailed('fcntl F_PREALLOCATE');
  ftruncateSync(fd, bytes);
}

function check(errno: number): void {
  if (errno !== 0) throw errnoError(errno, 'posix_fallocate');
}

function rethrow(error: unknown): never {
  throw error;
}
