// mmap and munmap of the C library: a file or memfd in the memory of this process.
import type { Mapping } from './mapping';
import { callFailed, systemCall } from './system-calls.unix';

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
/** Up to this many bytes are given up at once. */
const AT_ONCE_BYTES = 1024 * 1024;
const MAP_FAILED = 0xffffffffffffffffn;

type Mmap = (
  address: null,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => bigint;

/**
 * Maps `length` bytes of the open file `fd`, which may be closed afterwards. Always writable, since a write to a read-only
 * page would end the process: `'private'` keeps what is written to this process, and needs no right to write.
 *
 * @throws the kernel's error.
 */
export function mapFile(fd: number, length: number, sharing: 'shared' | 'private'): Mapping {
  const mmap = systemCall<Mmap>(
    'void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)',
  );
  const flags = sharing === 'shared' ? MAP_SHARED : MAP_PRIVATE;
  const pointer = mmap(null, length, PROT_READ_WRITE, flags, fd, 0);
  if (pointer === MAP_FAILED) throw callFailed('mmap');
  return {
    pointer,
    length,
    unmap: () => {
      if (length > AT_ONCE_BYTES && waiting < MOST_WAITING) unmapAside(pointer, length);
      else if (munmap()(pointer, length) !== 0) throw callFailed('munmap');
    },
  };
}

type Munmap = (address: bigint, length: number) => number;

function munmap() {
  return systemCall<Munmap>('int munmap(void *address, size_t length)');
}

/** Giving back the pages of a gigabyte takes 100 ms: on another thread, one after the other. */
let aside: Promise<void> = Promise.resolve();
/** How many wait for it. Who grants and withdraws faster than that waits itself: the kernel allows 65,530 mappings. */
let waiting = 0;
const MOST_WAITING = 64;

function unmapAside(pointer: bigint, length: number): void {
  const call = munmap();
  waiting++;
  aside = aside.then(
    () =>
      new Promise((resolve) => {
        call.async(pointer, length, (error: Error | null, answer: number) => {
          waiting--;
          if (error !== null || answer !== 0) throw error ?? callFailed('munmap');
          resolve();
        });
      }),
  );
}
