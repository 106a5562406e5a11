// Noticing that a line was hung up, where serialport 13 doesn't: it reads on for ever.
import { read as readFile } from 'node:fs';
import { promisify } from 'node:util';
import type { PortStream } from './serial-port';

const readAsync = promisify(readFile);

/** What of serialport's POSIX binding is used. The mock and the Windows binding have no poller. */
interface PosixPort {
  readonly fd: number | null;
  readonly isOpen: boolean;
  readonly poller: { once(event: 'readable', listener: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

/**
 * Takes the end of a file for what it is on an open port: the device is gone. A port waits for one byte at least
 * (VMIN 1), so that nothing to read is EAGAIN, never nothing read. Call it when the port has opened, before it reads.
 *
 * Depending on the instant, a port that is unplugged is reported by the poller, or read at its end; serialport's own
 * read tries again at once then, takes a whole core, and says nothing.
 */
export function noticeHangUp(stream: PortStream): void {
  const port = stream.port as Partial<PosixPort> | undefined;
  if (port?.poller === undefined || typeof port.fd !== 'number') return;
  port.read = (buffer, offset, length) => read(port as PosixPort, buffer, offset, length);
}

async function read(
  port: PosixPort,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<{ buffer: Buffer; bytesRead: number }> {
  while (port.isOpen && port.fd !== null) {
    try {
      const { bytesRead } = await readAsync(port.fd, buffer, offset, length, null);
      if (bytesRead > 0) return { buffer, bytesRead };
      throw disconnected(new Error('the line was hung up'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN' && code !== 'EWOULDBLOCK' && code !== 'EINTR') throw disconnected(error as Error);
    }
    await readable(port);
  }
  throw Object.assign(new Error('Port is not open'), { canceled: true });
}

function readable({ poller }: PosixPort): Promise<void> {
  return new Promise((resolve, reject) => {
    poller.once('readable', (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}

/** The mark by which serialport closes a port and says so. */
function disconnected(error: Error): Error {
  return Object.assign(error, { disconnect: true });
}
