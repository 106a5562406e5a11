// How the bytes of a socket are read: all sockets of a thread into one buffer. The ordinary way makes a buffer of 64 KiB for
// every read and passes it through a stream, which takes longer than all that is done with a small frame.
import { connect, Socket, type OnReadOpts } from 'node:net';

/** Bytes that one read takes at most. */
const PIECE_BYTES = 256 * 1024;

/** Gets what came: the first `length` bytes of `piece`, which are valid during the call only. */
export type Take = (piece: Buffer, length: number) => void;

/** Who gets what comes on the sockets that read into the shared buffer. */
const takers = new WeakMap<Socket, { take: Take | undefined }>();
let piece: Buffer | undefined;

/** Begins to connect. Errors and the success are the socket's events, as ever. */
export function connectReading(path: string): Socket {
  const taker = { take: undefined };
  const socket = connect({ path, onread: onread(taker) });
  takers.set(socket, taker);
  return socket;
}

/** The same for a connection that is there already: `fd` is its descriptor, which is closed with the socket. */
export function adoptReading(fd: number): Socket {
  const taker = { take: undefined };
  const options = { fd, readable: true, writable: true, onread: onread(taker) };
  const socket = new Socket(options);
  takers.set(socket, taker);
  return socket;
}

/** What of a socket Node has no public name for. */
interface Inner {
  _handle: { useUserBuffer?: unknown; reading?: boolean } | null;
  _server: unknown;
}

/**
 * Takes over a socket that a server with `pauseOnConnect` has accepted. (A server has no option for how its sockets read, so
 * another socket gets the handle. Where Node's insides are others, the socket stays as it is, and reads in the ordinary way.)
 * Nothing is read before `read`: it would be lost.
 */
export function acceptReading(accepted: Socket): Socket {
  const inner = accepted as unknown as Inner;
  const handle = inner._handle;
  if (typeof handle?.useUserBuffer !== 'function') return accepted;
  const taker = { take: undefined };
  const options = { handle, readable: true, writable: true, pauseOnCreate: true, onread: onread(taker) };
  inner._handle = null;
  const socket = new Socket(options);
  (socket as unknown as Inner)._server = inner._server;
  inner._server = null;
  takers.set(socket, taker);
  return socket;
}

/** From now on what comes on a socket goes to `take`. */
export function read(socket: Socket, take: Take): void {
  const taker = takers.get(socket);
  if (taker === undefined) socket.on('data', (own: Buffer) => take(own, own.length));
  else {
    taker.take = take;
    socket.resume();
  }
}

function onread(taker: { readonly take: Take | undefined }): OnReadOpts {
  piece ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
  return {
    buffer: piece,
    callback: (length, buffer) => {
      taker.take?.(buffer as Buffer, length);
      return true;
    },
  };
}
