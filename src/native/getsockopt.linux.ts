// getsockopt(2) for what has no wrapper in Node: options of a socket as 32-bit words.
import { libcFunction } from './libc.unix';

const SOL_SOCKET = 1;

type GetSockOpt = (
  fd: number,
  level: number,
  option: number,
  value: Uint32Array,
  length: Uint32Array,
) => number;

/** How a request went: whether it failed, and how many bytes the option has, as far as the kernel says. */
export interface SocketOption {
  readonly failed: boolean;
  readonly bytes: number;
}

/** Reads a SOL_SOCKET option of `fd` into `value`; `undefined` without koffi. After a failure, `koffi.errno()` says why. */
export function socketOption(fd: number, option: number, value: Uint32Array): SocketOption | undefined {
  const getsockopt = libcFunction<GetSockOpt>(
    'int getsockopt(int fd, int level, int option, void *value, uint32_t *length)',
  );
  if (getsockopt === undefined) return undefined;
  const length = Uint32Array.of(value.byteLength);
  const failed = getsockopt(fd, SOL_SOCKET, option, value, length) !== 0;
  return { failed, bytes: length[0] ?? 0 };
}
