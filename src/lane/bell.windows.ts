// A bell on Windows that rings while the ringer's event loop stands still: a pipe of its own, written to as a file is. A write
// to the socket would be over only in a turn of that loop, and the next one would wait for it.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

const ONCE = Buffer.alloc(1);

/** The bell of the lane in the mapping `name`: whoever knows that name may ring. */
export function bellPath(name: string): string {
  return `\\\\.\\pipe\\${name.slice(name.indexOf('\\') + 1)}-bell`;
}

/** Rings the bell at `path`. */
export class Bell {
  private fd: number | undefined;

  constructor(private readonly path: string) {}

  ring(): void {
    try {
      this.fd ??= openSync(this.path, 'r+');
      writeSync(this.fd, ONCE);
    } catch {
      // The other side is gone: who waits for it asks for that, too.
    }
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }
}

/**
 * Calls `rung` whenever somebody has rung at `path`, from now on; returns what ends that. Where it can't be heard, the other
 * side's calls wait until this event loop turns for another reason.
 */
export function hearBell(path: string, rung: () => void): () => void {
  const ringers = new Set<Socket>();
  const server = createServer((socket) => {
    ringers.add(socket);
    socket.unref().on('data', rung);
    socket.on('close', () => ringers.delete(socket));
    socket.on('error', () => undefined); // Who rang is gone, as the lane's own socket tells.
  });
  server.on('error', () => undefined);
  server.listen({ path, exclusive: true }).unref();
  return () => {
    for (const socket of ringers) socket.destroy();
    server.close();
  };
}
