// What Node has no functions for: the path of a socket that was bound elsewhere, and datagrams of Unix sockets. See unix(7).
import { endianness } from 'node:os';
import { lastError } from './errno';
import { native } from './koffi';
import { libcFunction } from './libc.unix';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
/** `struct sockaddr_un`: the family in two bytes, then the path. */
const FAMILY_BYTES = 2;
const ADDRESS_BYTES = 110;
const F_SETFD = 2;
const FD_CLOEXEC = 1;

type Fcntl = (fd: number, command: number, argument: number) => number;
type GetSockName = (fd: number, address: Buffer, length: Uint32Array) => number;
type MakeSocket = (family: number, type: number, protocol: number) => number;
type SendTo = (
  fd: number,
  bytes: Buffer,
  length: number,
  flags: number,
  address: Buffer,
  addressLength: number,
) => number;

/** Child processes don't get the descriptor. @throws the kernel's error; an Error without koffi. */
export function closeOnExec(fd: number): void {
  const fcntl = libcFunction<Fcntl>('int fcntl(int fd, int command, int argument)');
  if (fcntl?.(fd, F_SETFD, FD_CLOEXEC) !== 0) throw failure('fcntl');
}

/** The path that a Unix domain socket was bound to; `undefined` if it has none. @throws the kernel's error. */
export function unixPathOf(fd: number): string | undefined {
  const getsockname = libcFunction<GetSockName>('int getsockname(int fd, void *address, uint32_t *length)');
  const address = Buffer.alloc(ADDRESS_BYTES);
  const length = Uint32Array.of(address.length);
  if (getsockname?.(fd, address, length) !== 0) throw failure('getsockname');
  const [text = ''] = address.toString('utf8', FAMILY_BYTES, length[0]).split('\0', 1);
  return text === '' ? undefined : text;
}

/** A socket that sends datagrams to one place, and hears nothing. */
export interface DatagramSender {
  /** @throws the kernel's error. */
  send(text: string): void;
}

/**
 * Sends to the Unix datagram socket at `path`; one that begins with `@` is abstract. Each message has a socket of its own:
 * they are few.
 * @returns `undefined` without koffi.
 */
export function datagramsTo(path: string): DatagramSender | undefined {
  const socket = libcFunction<MakeSocket>('int socket(int family, int type, int protocol)');
  const sendto = libcFunction<SendTo>(
    'intptr_t sendto(int fd, const void *bytes, size_t length, int flags, const void *address, uint32_t addressLength)',
  );
  const close = libcFunction<(fd: number) => number>('int close(int fd)');
  if (socket === undefined || sendto === undefined || close === undefined) return undefined;
  const address = addressOf(path);
  return {
    send: (text) => {
      const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      if (fd < 0) throw failure('socket');
      try {
        const bytes = Buffer.from(text);
        if (Number(sendto(fd, bytes, bytes.length, MSG_NOSIGNAL, address, address.length)) < 0)
          throw failure('sendto');
      } finally {
        close(fd);
      }
    },
  };
}

function addressOf(path: string): Buffer {
  const family = Buffer.alloc(FAMILY_BYTES);
  if (endianness() === 'LE') family.writeUInt16LE(AF_UNIX);
  else family.writeUInt16BE(AF_UNIX);
  return Buffer.concat([family, Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`)]);
}

function failure(syscall: string): Error {
  const access = native();
  return access.available ? lastError(access.koffi, syscall) : new Error(`${syscall}: ${access.reason}`);
}
