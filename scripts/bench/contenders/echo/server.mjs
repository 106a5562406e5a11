// The floor: a bare `node:net` server. Its first byte says what a connection is for: an echo (`e`), bytes to be swallowed (`b`
// and their number), items to be sent (`s`), or listening to what is published (`l`).
import { createServer } from 'node:net';
import { Heat } from '../heat.mjs';
import { serveContender } from '../server.mjs';
import { ITEM_BYTES } from './sizes.mjs';

const heat = new Heat();
const listeners = new Set();

const PURPOSES = {
  e: (socket) => socket.on('data', (data) => socket.write(data)),
  b: (socket) => swallow(socket),
  s: (socket) => socket.on('data', (data) => void sendItems(socket, data.readUInt32BE(0))),
  l: (socket) => {
    listeners.add(socket);
    socket.on('close', () => listeners.delete(socket)).resume();
  },
};

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (purpose) => {
    PURPOSES[String(purpose)](socket);
    socket.write(purpose);
  });
});
server.listen(process.argv[2], () =>
  serveContender({
    publish: ({ n }) => {
      const item = Buffer.alloc(ITEM_BYTES);
      item.writeUInt32BE(n);
      for (const socket of listeners) socket.write(item);
    },
    commands: heat.commands,
  }),
);

/** Takes bytes as they come, puts them nowhere, looks at the first, answers with one byte. Their number comes first. */
function swallow(socket) {
  let expected = 0;
  let received = 0;
  let seed = 0;
  socket.on('data', (data) => {
    if (expected === 0) {
      expected = data.readDoubleBE(0);
      socket.write(Uint8Array.of(0));
      return;
    }
    if (received === 0) seed = data[0];
    received += data.length;
    if (received < expected) return;
    [received, expected] = [0, 0];
    socket.write(Uint8Array.of(seed));
  });
}

/** One write per item, and no more of them than the socket takes. */
async function sendItems(socket, count) {
  for (let n = 0; n < count; n++) {
    const item = Buffer.alloc(ITEM_BYTES);
    item.writeUInt32BE(n);
    if (!socket.write(item)) await new Promise((resolve) => socket.once('drain', resolve));
  }
}
