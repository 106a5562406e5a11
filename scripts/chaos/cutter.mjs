// Cuts this process's own sockets at moments that its seed says: for a lane, which no proxy can stand in, since its memory is
// known by the process at the other end.
import diagnostics from 'node:diagnostics_channel';
import net from 'node:net';

/** What may befall a socket. `end` closes one direction; whoever hears of it closes the other. */
const FAULTS = { cut: (socket) => socket.destroy(), 'half-close': (socket) => socket.end() };

/**
 * @param random decides.
 * @returns how often each fault was done, and connections made; counts on.
 */
export function cutSockets(random) {
  const counts = { connections: 0, ...Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, 0])) };
  const { Socket } = net;
  // Both ways to make one that samebox has, and no others: a socket that is connected, and one that gets an accepted handle.
  net.Socket = function (options) {
    const socket = new Socket(options);
    if (options?.onread !== undefined) befall(socket);
    return socket;
  };
  Object.setPrototypeOf(net.Socket, Socket);
  net.Socket.prototype = Socket.prototype;
  diagnostics.subscribe('net.client.socket', ({ socket }) => befall(socket));

  function befall(socket) {
    counts.connections++;
    const fault = random.pick(Object.keys(FAULTS));
    const act = () => {
      counts[fault]++;
      FAULTS[fault](socket);
    };
    const timer = setTimeout(act, Math.floor(20 * 200 ** random.next()));
    socket.once('close', () => clearTimeout(timer));
  }
  return counts;
}
