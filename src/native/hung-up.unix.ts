// Whether the other end of a socket is closed, asked of the kernel at once: see poll(2).
import type { Socket } from 'node:net';
import { OS } from '../os';
import { libcFunction } from './libc.unix';
import { descriptorOf } from './peer-credentials';

const POLLERR = 0x8;
const POLLHUP = 0x10;
/** The other side will write no more. Linux has it; elsewhere POLLHUP says the same of a Unix domain socket. */
const POLLRDHUP = OS === 'linux' ? 0x2000 : 0;

type Poll = (entries: Buffer, count: number, timeout: number) => number;

/** `undefined` where nobody can tell. Nothing is read: the event loop finds what came. */
export function hasHungUp(socket: Socket): boolean | undefined {
  const fd = descriptorOf(socket);
  const poll = libcFunction<Poll>('int poll(void *entries, unsigned long count, int timeout)');
  if (poll === undefined) return undefined;
  if (fd === undefined) return true; // Closed here.
  // `struct pollfd`: an int and two shorts, what is asked for and what is found.
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(fd, 0);
  entry.writeInt16LE(POLLRDHUP, 4);
  if (poll(entry, 1, 0) < 0) return undefined;
  return (entry.readInt16LE(6) & (POLLRDHUP | POLLHUP | POLLERR)) !== 0;
}
