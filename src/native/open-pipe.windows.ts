// The client's end of a named pipe, opened with no more rights than a client needs, and its owner asked before a byte is sent.
import { closeHandle, openHandle } from './handles.windows';
import { requireKoffi, win32, windowsError } from './win32.windows';
import { accessOfHandle, ownerOfHandle } from './security.windows';

/**
 * To read and to write, and to ask for the owner. Node's own way (GENERIC_WRITE) also asks for the right to make further
 * instances of the pipe: who has that could stand in for the daemon, so nobody else is given it.
 */
export const CLIENT_RIGHTS = 0x0012019b;
/** What `setAccess` needs: WRITE_DAC, WRITE_OWNER. */
const CHANGE_ACCESS = 0x00040000 | 0x00080000;
/** As libuv makes its instances: all of a pipe are alike. */
const DUPLEX = 3;
const BYTES = 0;
const UNLIMITED = 255;
const BUFFER = 65_536;
const CREATE_PIPE =
  'intptr_t __stdcall CreateNamedPipeW(str16 path, uint32_t access, uint32_t mode, uint32_t instances, uint32_t out, uint32_t in, uint32_t timeout, void *security)';
const SHARE_NOTHING = 0;
const OVERLAPPED = 0x40000000;
/** Whoever serves the pipe learns who the client is, and can't act as him. */
const IDENTIFY_ONLY = 0x00100000 | 0x00010000;

/** An open end of a pipe. */
export interface PipeEnd {
  /** The SID of the pipe's owner, as text; empty if it has none, as under Wine. */
  readonly owner: string;
  /** Owner and access list, in Microsoft's descriptor language. */
  access(): string;
  /** A descriptor of Node's, for `new net.Socket({ fd })`, which closes it. To be asked for once; not after `close`. */
  descriptor(): number;
  close(): void;
}

/** @throws Windows' error: there is no such pipe (2), this user may not (5), all its instances are taken (231). */
export function openPipe(path: string): PipeEnd {
  const handle = openHandle(path, CLIENT_RIGHTS, SHARE_NOTHING, OVERLAPPED | IDENTIFY_ONLY);
  const close = (): void => void closeHandle(handle);
  try {
    return {
      owner: ownerOfHandle(handle),
      access: () => accessOfHandle(handle),
      descriptor: () => descriptorOf(handle),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Makes one more instance of a pipe that this process serves, for a moment, in order to say whose the pipe is and who may use it:
 * Node shows no handle of its own ones. A client who comes to it, since all others are taken just then, finds it closed, and tries
 * again.
 */
export function withPipeAccess<T>(path: string, use: (handle: bigint) => T): T {
  const make = win32<(...args: unknown[]) => bigint | number>('kernel32.dll', CREATE_PIPE);
  const handle = BigInt(make(path, DUPLEX | CHANGE_ACCESS, BYTES, UNLIMITED, BUFFER, BUFFER, 0, null));
  if (handle === -1n) throw windowsError('CreateNamedPipeW');
  try {
    return use(handle);
  } finally {
    closeHandle(handle);
  }
}

/** Node's own function for it, which addons use: the numbers of descriptors are those of Node's C library. */
function descriptorOf(handle: bigint): number {
  const open = requireKoffi().load(null).func('int uv_open_osfhandle(intptr_t handle)') as (
    handle: bigint,
  ) => number;
  const fd = open(handle);
  if (fd >= 0) return fd;
  closeHandle(handle);
  throw new Error('Node has no descriptor left for a pipe');
}
