// The service manager's end of things: sockets that it holds for a daemon and doesn't read, and datagrams that it gets.
import type * as Koffi from 'koffi';
import { native } from '../../src/native';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const LONGEST = 4096;
const BACKLOG = 16;

/** A bound datagram socket. */
export interface DatagramReceiver {
  /** The next message. */
  next(): Promise<string>;
  close(): void;
}

/** @param path where it is bound; one that begins with `@` is abstract. */
export function receiveDatagrams(path: string): DatagramReceiver {
  const { libc, close } = functions();
  const fd = bound(SOCK_DGRAM, path);
  const recv = libc.func('intptr_t recv(int fd, _Out_ void *bytes, size_t length, int flags)');
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const bytes = Buffer.alloc(LONGEST);
        recv.async(fd, bytes, bytes.length, 0, (error: Error | null, length: number | bigint) =>
          error === null ? resolve(bytes.toString('utf8', 0, Number(length))) : reject(error),
        );
      }),
    close: () => void close(fd),
  };
}

/** A stream socket that listens, and at which nobody here accepts: who connects waits in the kernel. */
export function listenWithoutAccepting(path: string): { readonly fd: number; close(): void } {
  const { libc, close } = functions();
  const fd = bound(SOCK_STREAM, path);
  if (libc.func('int listen(int fd, int backlog)')(fd, BACKLOG) !== 0) throw new Error(`listen ${path}`);
  return { fd, close: () => void close(fd) };
}

function functions(): { libc: ReturnType<typeof Koffi.load>; close: (fd: number) => number } {
  const access = native();
  if (!access.available) throw new Error(access.reason);
  const libc = access.koffi.load(null);
  return { libc, close: libc.func('int close(int fd)') as (fd: number) => number };
}

function bound(type: number, path: string): number {
  const { libc } = functions();
  const fd = libc.func('int socket(int family, int type, int protocol)')(AF_UNIX, type, 0) as number;
  const name = path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`;
  const address = Buffer.concat([Buffer.from(Uint16Array.of(AF_UNIX).buffer), Buffer.from(name)]);
  const bind = libc.func('int bind(int fd, const void *address, uint32_t length)');
  if (bind(fd, address, address.length) !== 0) throw new Error(`bind ${path}`);
  return fd;
}
