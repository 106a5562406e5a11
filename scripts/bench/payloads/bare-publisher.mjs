// The floor of fan-out: writes a few bytes to each of its connections by a clock, and reads what they answer.
import { createServer } from 'node:net';
import { serve } from '../harness/child.mjs';
import { byClock, spent } from './by-clock.mjs';

const BYTES = Buffer.alloc(48);
const WARM_FRAMES = 5;
const sockets = [];

const server = createServer((socket) => {
  sockets.push(socket);
  socket.resume();
});
server.listen(process.argv[2], () =>
  serve(
    {
      /** Writes so often to the first `readers` connections. Gives what it took for each time. */
      publish: async ({ readers, frames, interval }) => {
        await write(readers, WARM_FRAMES, interval);
        return spent(() => write(readers, frames, interval));
      },
    },
    () => server.close(),
  ),
);

async function write(readers, frames, interval) {
  await byClock(frames, interval, () => sockets.slice(0, readers).forEach((socket) => socket.write(BYTES)));
  return frames;
}
