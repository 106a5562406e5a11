// Cuts this process's own sockets at moments that its seed says: for a lane, which no proxy can stand in, since its memory is
// known by the process at the other end.
import diagnostics from 'node:diagnostics_channel';

/** What may befall a socket. `end` closes one direction; whoever hears of it closes the other. */
const FAULTS = { cut: (socket) => socket.destroy(), 'half-close': (socket) => socket.end() };

/**
 * @param {'client' | 'server'} side which of this process's sockets.
 * @param random decides.
 * @returns how often each fault was done, and connections made; counts on.
 */
export function cutSockets(side, random) {
  const counts = { connections: 0, ...Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, 0])) };
  diagnostics.subscribe(`net.${side}.socket`, ({ socket }) => {
    counts.connections++;
    const fault = random.pick(Object.keys(FAULTS));
    const timer = setTimeout(
      () => {
        counts[fault]++;
        FAULTS[fault](socket);
      },
      Math.floor(20 * 200 ** random.next()),
    );
    socket.once('close', () => clearTimeout(timer));
  });
  return counts;
}
