// What Linux has for memfds: making them, sealing them, and telling them from every other file. See memfd_create(2), fcntl(2).
import { readFileSync } from 'node:fs';
import { callFailed, systemCall } from './system-calls.unix';

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MFD_NOEXEC_SEAL = 8;
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;

/** Seals of a memfd. */
export const SEAL = { seal: 1, shrink: 2, grow: 4, futureWrite: 16 } as const;

type Fcntl = (fd: number, command: number, type: 'int', value: number) => number;

/**
 * A new, empty memfd that can be sealed, closed on exec.
 * @throws the kernel's error.
 */
export function createMemfd(): number {
  const create = systemCall<(name: string, flags: number) => number>(
    'int memfd_create(const char *name, unsigned int flags)',
  );
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  // Without this flag Linux 6.3 and up warn in the kernel's log, or refuse (vm.memfd_noexec=2). Older ones don't know it.
  const modern = create('samebox', flags | MFD_NOEXEC_SEAL);
  if (modern >= 0) return modern;
  const error = callFailed('memfd_create');
  if (error.code !== 'EINVAL') throw error;
  const fd = create('samebox', flags);
  if (fd >= 0) return fd;
  throw callFailed('memfd_create');
}

/** Closes one. Node's own `closeSync` would warn in a worker, where it knows of no such descriptor. */
export function closeMemfd(fd: number): void {
  if (systemCall<(fd: number) => number>('int close(int fd)')(fd) !== 0) throw callFailed('close');
}

/** @throws the kernel's error: `EINVAL` if it doesn't know one of them. */
export function addSeals(fd: number, seals: number): void {
  if (fcntl()(fd, F_ADD_SEALS, 'int', seals) !== 0) throw callFailed('fcntl F_ADD_SEALS');
}

/** The seals of an open file. One that isn't in memory has none; one of a tmpfs can have no other than `SEAL.seal`. */
export function sealsOf(fd: number): number {
  const seals = fcntl()(fd, F_GET_SEALS, 'int', 0);
  if (seals >= 0) return seals;
  const error = callFailed('fcntl F_GET_SEALS');
  if (error.code === 'EINVAL') return 0;
  throw error;
}

/** The id of the mount that the open file `fd` lies in. Asks nothing of its file system, which might never answer. */
export function mountOf(fd: number): number | undefined {
  const id = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${String(fd)}`, 'latin1'))?.[1];
  return id === undefined ? undefined : Number(id);
}

let mount: number | undefined;

/**
 * The id of the kernel's own mount in which all memfds lie, and nothing that has a path.
 * @throws the kernel's error if memfds or /proc can't be had.
 */
export function memfdMount(): number {
  if (mount !== undefined) return mount;
  const fd = createMemfd();
  try {
    mount = mountOf(fd);
  } finally {
    closeMemfd(fd);
  }
  if (mount === undefined) throw new Error('/proc does not say in which mount a file lies');
  return mount;
}

function fcntl(): Fcntl {
  return systemCall<Fcntl>('int fcntl(int fd, int command, ...)');
}
